package rule

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestRulesAreWritten writes rules as the configuration has them.
func TestRulesAreWritten(t *testing.T) {
	got := []string{
		Delete{}.String(), Delete{When: Never}.String(), Delete{When: AtOnce}.String(),
		Delete{When: AfterWhile, After: 36 * time.Hour}.String(), Delete{When: AfterWhile, After: 14 * 24 * time.Hour}.String(),
		Start{}.String(), Start{Skip: true}.String(), Start{Skip: true, Last: 100}.String(),
	}
	if diff := cmp.Diff([]string{"never", "never", "fetched", "36h0m0s", "14d", "all", "now", "last 100"}, got); diff != "" {
		t.Error(diff)
	}
}

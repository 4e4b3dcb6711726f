package command

import (
	"os/exec"
	"strings"
	"testing"
)

// TestMainAllowsNegativeSerials finds in the program what package dial relies
// on, to serve an account that pins such a certificate.
func TestMainAllowsNegativeSerials(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.DefaultGODEBUG}}", "popfetch").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "x509negativeserial=1") {
		t.Errorf("%v: %s", err, out)
	}
}

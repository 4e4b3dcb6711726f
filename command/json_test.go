package command

import (
	"encoding/json"
	"testing"
)

// TestEncode lets nothing through that a terminal would act upon, and loses
// nothing by that.
func TestEncode(t *testing.T) {
	for text, want := range map[string]string{
		"plain <a@example.org> & ö": `"plain <a@example.org> & ö"`,
		"\x1b[2J\x7f":               `"\u001b[2J\u007f"`,
		"\u009b31m":                 `"\u009b31m"`,
		"a\u202eb\u2066\ufeff":      `"a\u202eb\u2066\ufeff"`,
		"\U000e0001":                `"\udb40\udc01"`,
	} {
		got := encodeJSON(text)
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
		var back string
		if err := json.Unmarshal([]byte(got), &back); err != nil || back != text {
			t.Errorf("%q comes back as %q: %v", text, back, err)
		}
	}
}

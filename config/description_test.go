package config

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryKeyIsDescribed finds each key in one description, and each key of
// oauth and lmtp in those of oauth and lmtp.
func TestEveryKeyIsDescribed(t *testing.T) {
	t.Parallel()
	var described []string
	for _, d := range Descriptions {
		described = append(described, d.Keys...)
		if slices.Contains(d.Keys, "oauth") {
			for _, key := range namesOf(oauthKeys) {
				if !strings.Contains(d.Text, "`"+key+"`") {
					t.Errorf("nothing is said of oauth's %s", key)
				}
			}
		}
		if slices.Contains(d.Keys, "lmtp") {
			for _, key := range namesOf(lmtpKeys) {
				if !strings.HasPrefix(key, "tls_") && !strings.Contains(d.Text, "`"+key+"`") {
					t.Errorf("nothing is said of lmtp's %s", key)
				}
			}
		}
	}
	slices.Sort(described)
	if diff := cmp.Diff(namesOf(accountKeys), described); diff != "" {
		t.Error(diff)
	}
}

// TestReadmeHasTheKeys holds the README's table against the descriptions.
func TestReadmeHasTheKeys(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| key | values, the default first |\n| --- | --- |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var want []string
	for _, d := range Descriptions {
		want = append(want, "| `"+strings.Join(d.Keys, "`, `")+"` | "+d.Text+" |")
	}
	if diff := cmp.Diff(want, strings.Split(table, "\n")); diff != "" {
		t.Error(diff)
	}
}

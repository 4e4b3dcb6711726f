package command

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"popfetch/store/durable"
)

// TestInitKeepsNothing can't write the configuration: then its password is kept
// nowhere either, unless the account got there all the same.
func TestInitKeepsNothing(t *testing.T) {
	full := errors.New("disk full")
	for kind, want := range map[durable.Kind][]string{durable.Rename: nil, durable.SyncDir: {"work"}} {
		r := newFoundRig(t)
		r.caFile = ""
		useStdin(t, "secret\n")
		durable.TestOnlyHook = func(op durable.Op, do func() error) error {
			if _, err := os.Stat(r.config); op.Kind == kind && (err == nil || kind == durable.Rename) {
				return full
			}
			return do()
		}
		code, _, stderr := r.init("--server", "pop.example.org", "--user", "me", "--name", "work", "--no-test", "--stdin")
		durable.TestOnlyHook = nil
		if code != exitIO || !strings.Contains(stderr, "write the configuration: disk full") {
			t.Errorf("%s: exit code %d\n%s", kind, code, stderr)
		}
		var got []string
		kept, err := os.ReadDir(filepath.Join(filepath.Dir(r.config), "passwords"))
		for _, file := range kept {
			got = append(got, file.Name())
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: kept %q, want %q", kind, got, want)
		}
	}
}

// useStdin puts a text on stdin.
func useStdin(t *testing.T, text string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "stdin")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stdin
	os.Stdin = f
	t.Cleanup(func() { os.Stdin = before; f.Close() })
}

//go:build unix

package secret

import (
	"os"
	"path/filepath"
	"testing"
)

// TestMeant has secrets as Kubernetes and Docker mount them, and files that only
// look like it.
func TestMeant(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		mode   os.FileMode
		volume bool // of Kubernetes
		want   bool
	}{
		{"Docker", 0o444, false, true},
		{"for a group", 0o440, false, true},
		{"Kubernetes", 0o644, true, true},
		{"Kubernetes, for a group", 0o440, true, true},
		{"open by mistake", 0o644, false, false},
		{"a group may write it", 0o464, false, false},
		{"all may write it", 0o446, true, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			path := filepath.Join(folder, "pw")
			if test.volume {
				path = filepath.Join(volume(t, folder), "pw")
			}
			write(t, path, canary, test.mode)
			if got := isMeant(filepath.Join(folder, "pw"), test.mode); got != test.want { // by the link, if it is one
				t.Errorf("got %v", got)
			}
		})
	}
}

// volume lays out a folder as Kubernetes does, with a link for the file pw, and
// returns the folder in it that holds the files.
func volume(t *testing.T, folder string) string {
	t.Helper()
	const version = "..2026_11_28_09_00_00.123456789"
	for _, err := range []error{
		os.Mkdir(filepath.Join(folder, version), 0o755),
		os.Symlink(version, filepath.Join(folder, "..data")),
		os.Symlink("..data/pw", filepath.Join(folder, "pw")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(folder, version)
}

// A file that is read-only is handed down by root alone, whoever that is here.
func TestReadOnlyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "pw")
	write(t, path, canary, 0o444)
	isRoot := os.Geteuid() == 0
	if got, err := (Source{File: path}).ReadPassword(t.Context(), nil); (err == nil) != isRoot || isRoot && got.Reveal() != canary {
		t.Errorf("run by root: %v: %v", isRoot, err)
	}
}

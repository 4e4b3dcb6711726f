//go:build unix

package secret

import (
	"os"
	"path/filepath"
	"testing"
)

// TestMounted has secrets as Kubernetes and Docker mount them, and files that
// only look like it. The one who runs the test stands for root.
func TestMounted(t *testing.T) {
	t.Parallel()
	me := os.Geteuid()
	const somebody = 4711
	root, user := party{root: me, self: me}, party{root: me, self: somebody}
	tests := []struct {
		name   string
		p      party
		mode   os.FileMode
		folder os.FileMode // it is in
		volume bool        // of Kubernetes
		want   bool
	}{
		{"Docker", user, 0o444, 0o755, false, true},
		{"Docker, run by root", root, 0o444, 0o755, false, true},
		{"for a group", user, 0o440, 0o755, false, true},
		{"Kubernetes", user, 0o644, 0o755, true, true},
		{"Kubernetes, run by root", root, 0o644, 0o755, true, true},
		{"Kubernetes, for a group", root, 0o440, 0o777 | os.ModeSticky, true, true},
		{"root's own", root, 0o644, 0o755, false, false},
		{"root's, open by mistake", user, 0o644, 0o755, false, false},
		{"a group may write it", user, 0o464, 0o755, false, false},
		{"all may write it", user, 0o446, 0o755, true, false},
		{"all may replace it", user, 0o444, 0o777, false, false},
		{"a group may replace it", root, 0o444, 0o775, true, false},
		{"nobody may replace it", user, 0o444, 0o777 | os.ModeSticky, false, true},
		{"somebody's", party{root: somebody, self: me}, 0o444, 0o755, false, false},
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
			if err := os.Chmod(folder, test.folder); err != nil {
				t.Fatal(err)
			}
			path = filepath.Join(folder, "pw") // by the link, if it is one
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := test.p.handsDown(path, info); got != test.want {
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

// A link that leads in circles, or to nowhere, guards nothing.
func TestMountedLinks(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := party{root: os.Geteuid(), self: os.Geteuid()}
	write(t, filepath.Join(folder, "pw"), canary, 0o444)
	for link, target := range map[string]string{
		"round": "round", "nowhere": "missing", "whole": filepath.Join(folder, "pw"), "back": "../" + filepath.Base(folder) + "/pw",
	} {
		if err := os.Symlink(target, filepath.Join(folder, link)); err != nil {
			t.Fatal(err)
		}
		if got, want := p.guards(filepath.Join(folder, link)), link == "whole" || link == "back"; got != want {
			t.Errorf("%s: %v", link, got)
		}
	}
}

// A file that is read-only is handed down by root alone, whoever that is here.
func TestReadOnlyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "pw")
	write(t, path, canary, 0o444)
	isRoot := os.Geteuid() == 0
	if got, err := (Source{File: path}).Read(t.Context(), nil); (err == nil) != isRoot || isRoot && got.Reveal() != canary {
		t.Errorf("run by root: %v: %v", isRoot, err)
	}
}

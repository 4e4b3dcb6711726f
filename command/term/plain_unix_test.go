//go:build unix

package term

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestPlainTextOfTheSystem lets package os fail in many ways, within an open
// folder and without, and finds words for each.
func TestPlainTextOfTheSystem(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	missing := filepath.Join(t.TempDir(), "missing", "file")
	_, openErr := root.Open("missing/file")
	_, createErr := root.Create("missing/file")
	_, statErr := root.Stat("missing/file")
	_, lstatErr := root.Lstat("missing/file")
	_, linkErr := root.Readlink("missing/file")
	_, listErr := os.ReadDir(missing)
	_, readErr := os.Readlink(missing)
	for _, err := range []error{
		openErr, createErr, statErr, lstatErr, linkErr, listErr, readErr,
		root.Mkdir("missing/file", 0o700), root.Remove("missing/file"), root.Rename("missing/file", "other"), root.Chmod("missing/file", 0o600),
		os.Mkdir(missing, 0o700), os.Remove(missing), os.Rename(missing, "other"), os.Chmod(missing, 0o600), os.Truncate(missing, 0),
		os.Link(missing, "other"), os.Symlink(missing, missing),
	} {
		var path *fs.PathError
		var link *os.LinkError
		call := ""
		switch {
		case errors.As(err, &path):
			call = path.Op
		case errors.As(err, &link):
			call = link.Op
		default:
			t.Fatalf("%v is no error of a file", err)
		}
		if words := plainOp(call); plainOps[words] == "" && words == call {
			t.Errorf("there are no words for %s", call)
		}
	}
}

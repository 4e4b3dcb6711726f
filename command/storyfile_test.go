package command_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

// envsubst puts variables of the script into files, which only their owner can
// read afterwards, as a configuration with a password must be. A variable that
// the script doesn't have stands as it is.
func (s *story) envsubst(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 1, -1, "envsubst FILE…")
	for _, file := range args {
		text := os.Expand(ts.ReadFile(file), func(name string) string {
			if value := ts.Getenv(name); value != "" {
				return value
			}
			return "$" + name
		})
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text), 0o600))
		ts.Check(os.Chmod(ts.MkAbs(file), 0o600))
	}
}

// snapshot remembers everything in the folder where the script is.
func (s *story) snapshot(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 0, 0, "snapshot")
	tree, err := treeOf(ts.MkAbs("."))
	ts.Check(err)
	s.tree = tree
}

// unchanged demands that everything is still as at the snapshot.
func (s *story) unchanged(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 0, 0, "unchanged")
	tree, err := treeOf(ts.MkAbs("."))
	ts.Check(err)
	if diff := cmp.Diff(s.tree, tree); diff != "" {
		ts.Fatalf("what has changed:\n%s", diff)
	}
}

// treeOf describes each file and folder: mode, time of change, content.
func treeOf(root string) ([]string, error) {
	var tree []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		line := fmt.Sprintf("%s %s %s", strings.TrimPrefix(path, root), info.Mode(), info.ModTime().UTC())
		if info.Mode().IsRegular() {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			line += fmt.Sprintf(" %x", sha256.Sum256(text))
		}
		tree = append(tree, line)
		return nil
	})
	return tree, err
}

package powerloss

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/store/durable"
)

// A stage is a folder in which operations are logged.
type stage struct {
	*testing.T
	dir *durable.Dir
	log string
}

// newStage has the files old, with "old", in a folder with the folder sub.
func newStage(t *testing.T) *stage {
	t.Helper()
	root := t.TempDir()
	s := &stage{T: t, log: filepath.Join(root, "log")}
	s.must(os.MkdirAll(filepath.Join(root, "files", "sub"), 0o700))
	s.must(os.WriteFile(filepath.Join(root, "files", "old"), []byte("old"), 0o600))
	dir, err := durable.OpenDir(filepath.Join(root, "files"))
	s.must(err)
	t.Cleanup(func() { dir.Close() })
	s.dir = dir
	s.halt(0)
	return s
}

func (s *stage) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *stage) halt(at int) {
	s.Helper()
	hook, err := Halt(s.log, at)
	s.must(err)
	durable.TestOnlyHook = hook
	s.Cleanup(func() { durable.TestOnlyHook = nil })
}

// append opens a file, appends to it, and syncs it if the text ends with "!".
func (s *stage) append(name, text string) {
	s.Helper()
	f, err := s.dir.OpenAppend(name)
	s.must(err)
	defer f.Close()
	_, err = io.WriteString(f, text)
	s.must(err)
	if strings.HasSuffix(text, "!") {
		s.must(f.Sync())
	}
}

func (s *stage) truncate(name string, size int64) {
	s.Helper()
	f, err := s.dir.OpenAppend(name)
	s.must(err)
	defer f.Close()
	s.must(f.Truncate(size))
}

func (s *stage) sync(names ...string) {
	s.Helper()
	for _, name := range names {
		s.must(s.dir.Sync(name))
	}
}

// files returns every file with its content, and every empty folder.
func (s *stage) files() map[string]string {
	s.Helper()
	files := map[string]string{}
	s.must(filepath.WalkDir(s.dir.Path(), func(path string, entry fs.DirEntry, err error) error {
		name, _ := filepath.Rel(s.dir.Path(), path)
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[filepath.ToSlash(name)] = string(text)
		return err
	}))
	return files
}

func TestPowerLoss(t *testing.T) {
	old := map[string]string{"old": "old"}
	tests := map[string]struct {
		do   func(s *stage)
		want map[string]string
	}{
		"nothing":              {func(*stage) {}, old},
		"nothing synced":       {func(s *stage) { s.append("a", "x") }, old},
		"the file synced":      {func(s *stage) { s.append("a", "x!") }, old},
		"the folder synced":    {func(s *stage) { s.append("a", "x"); s.sync(".") }, map[string]string{"old": "old", "a": ""}},
		"another folder":       {func(s *stage) { s.append("a", "x!"); s.sync("sub") }, old},
		"both synced":          {func(s *stage) { s.append("a", "x!"); s.sync(".") }, map[string]string{"old": "old", "a": "x!"}},
		"more since":           {func(s *stage) { s.append("a", "x!"); s.sync("."); s.append("a", "y") }, map[string]string{"old": "old", "a": "x!"}},
		"appended":             {func(s *stage) { s.append("old", "x") }, old},
		"appended and synced":  {func(s *stage) { s.append("old", "x!") }, map[string]string{"old": "oldx!"}},
		"removed":              {func(s *stage) { s.must(s.dir.Remove("old")) }, old},
		"removed, synced":      {func(s *stage) { s.must(s.dir.Remove("old")); s.sync(".") }, map[string]string{}},
		"removed and renewed":  {func(s *stage) { s.must(s.dir.Remove("old")); s.append("old", "x!") }, old},
		"renamed":              {func(s *stage) { s.must(s.dir.Rename("old", "sub/new")) }, old},
		"renamed, source only": {func(s *stage) { s.must(s.dir.Rename("old", "sub/new")); s.sync(".") }, old},
		"renamed, synced":      {func(s *stage) { s.must(s.dir.Rename("old", "sub/new")); s.sync("sub") }, map[string]string{"sub/new": "old"}},
		"replaced":             {func(s *stage) { s.append("a", "x!"); s.must(s.dir.Rename("a", "old")) }, old},
		"replaced, synced":     {func(s *stage) { s.append("a", "x!"); s.must(s.dir.Rename("a", "old")); s.sync(".") }, map[string]string{"old": "x!"}},
		"renamed twice": {func(s *stage) {
			s.must(s.dir.Rename("old", "sub/new"))
			s.sync("sub")
			s.must(s.dir.Rename("sub/new", "sub/newer"))
		}, map[string]string{"sub/new": "old"}},
		"renamed twice, last synced": {func(s *stage) {
			s.must(s.dir.Rename("old", "sub/new"))
			s.must(s.dir.Rename("sub/new", "newer"))
			s.sync(".")
		}, map[string]string{"newer": "old"}},
		"linked":            {func(s *stage) { s.must(s.dir.Link("old", "sub/new")) }, old},
		"linked and synced": {func(s *stage) { s.must(s.dir.Link("old", "sub/new")); s.sync("sub") }, map[string]string{"old": "old", "sub/new": "old"}},
		"cut":               {func(s *stage) { s.truncate("old", 1) }, old},
		"cut and appended":  {func(s *stage) { s.truncate("old", 1); s.append("old", "xyz") }, old},
		"cut and synced":    {func(s *stage) { s.truncate("old", 1); s.append("old", "x!"); s.truncate("old", 0) }, map[string]string{"old": "ox!"}},
		"cut twice":         {func(s *stage) { s.truncate("old", 2); s.append("old", "x"); s.truncate("old", 1); s.append("old", "y") }, old},
		"a folder made": {func(s *stage) {
			s.must(s.dir.Mkdir("made"))
			s.append("made/a", "x!")
			s.sync("made")
		}, map[string]string{"old": "old", "made/a": "x!"}},
		"all synced": {func(s *stage) {
			s.append("a", "x")
			s.must(s.dir.Rename("old", "sub/b"))
			s.must(durable.TestOnlyHook(durable.Op{Kind: durable.SyncFS}, nil))
			s.append("a", "y")
		}, map[string]string{"a": "x", "sub/b": "old"}},
		"another child": {func(s *stage) {
			s.append("a", "x")
			s.must(s.dir.Remove("old"))
			s.halt(0)
			s.append("a", "y!")
			s.must(s.dir.Rename("a", "b"))
		}, old},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			test.do(s)
			s.must(RollBack(s.log, PowerLoss))
			if d := cmp.Diff(test.want, s.files()); d != "" {
				t.Error(d)
			}
			if _, err := os.Stat(s.log); !errors.Is(err, fs.ErrNotExist) {
				t.Error("the log is still there")
			}
		})
	}
}

// TestFolderLost has a folder whose entry was never synced: what is in it goes
// with it.
func TestFolderLost(t *testing.T) {
	s := newStage(t)
	hook := durable.TestOnlyHook
	durable.TestOnlyHook = func(op durable.Op, do func() error) error {
		if op.Kind == durable.SyncDir && op.Path == s.dir.Path() {
			return nil // and the log knows nothing of it
		}
		return hook(op, do)
	}
	s.must(s.dir.Mkdir("made"))
	s.append("made/a", "x!")
	s.sync("made")
	s.must(RollBack(s.log, PowerLoss))
	if d := cmp.Diff(map[string]string{"old": "old"}, s.files()); d != "" {
		t.Error(d)
	}
}

// TestChance looks at many worlds: in each, what was synced is there, and what
// was not is there in part or not, and the same world is always the same.
func TestChance(t *testing.T) {
	seen := map[string]bool{}
	for w := World(1); w < 60; w++ {
		var files [2]map[string]string
		for i := range files {
			s := newStage(t)
			s.append("a", "safe!")
			s.sync(".")
			s.append("a", "unsafe")
			s.must(s.dir.Rename("old", "sub/new"))
			s.append("b", "new")
			s.must(RollBack(s.log, w))
			files[i] = s.files()
		}
		if d := cmp.Diff(files[0], files[1]); d != "" {
			t.Errorf("world %d is not always the same:\n%s", w, d)
		}
		got := files[0]
		rest, safe := strings.CutPrefix(got["a"], "safe!")
		if !safe || !strings.HasPrefix("unsafe", strings.TrimRight(rest, "\x00")) || len(rest) > len("unsafe") {
			t.Errorf("world %d: a holds %q", w, got["a"])
		}
		if (got["old"] == "old") == (got["sub/new"] == "old") {
			t.Errorf("world %d: half a rename: %v", w, got)
		}
		seen["a"+rest] = true
		seen["renamed"] = seen["renamed"] || got["sub/new"] != ""
		if _, there := got["b"]; there {
			seen["b"] = true
		}
	}
	for _, want := range []string{"a", "aunsafe", "aun", "renamed", "b"} {
		if !seen[want] {
			t.Errorf("no world has %q", want)
		}
	}
}

func TestHalt(t *testing.T) {
	s := newStage(t)
	s.halt(3)
	s.append("a", "x")
	if err := s.dir.Remove("old"); err != ErrHalted {
		t.Errorf("the third operation returned %v", err)
	}
	if err := s.dir.Sync("."); err != ErrHalted {
		t.Errorf("the fourth operation returned %v", err)
	}
	if d := cmp.Diff(map[string]string{"a": "x", "old": "old"}, s.files()); d != "" {
		t.Error(d)
	}
}

// TestFull creates and writes two files, where the fourth operation is the
// second write, and then makes a folder and renames a file.
func TestFull(t *testing.T) {
	for how, want := range map[Fullness]string{
		Briefly:   "write: false, mkdir: true, rename: true",
		Lastingly: "write: false, mkdir: false, rename: true",
		Belatedly: "write: false, mkdir: true, rename: true",
	} {
		s := newStage(t)
		durable.TestOnlyHook = Full(4, how)
		s.append("a", "1234")
		f, err := s.dir.OpenAppend("b")
		s.must(err)
		_, writeErr := io.WriteString(f, "1234")
		s.must(f.Close())
		mkdirErr := s.dir.Mkdir("made")
		renameErr := s.dir.Rename("a", "c")
		got := fmt.Sprintf("write: %t, mkdir: %t, rename: %t", writeErr == nil, mkdirErr == nil, renameErr == nil)
		if got != want || !errors.Is(writeErr, syscall.ENOSPC) {
			t.Errorf("succeeded %v: %s, not %s (%v)", how, got, want, writeErr)
		}
		if d := cmp.Diff(map[string]string{"old": "old", "b": "12", "c": "1234"}, s.files()); d != "" {
			t.Error(d)
		}
	}
}

// TestFullBelatedly has an operation that is done and fails all the same.
func TestFullBelatedly(t *testing.T) {
	s := newStage(t)
	durable.TestOnlyHook = Full(1, Belatedly)
	if err := s.dir.Rename("old", "new"); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Rename returned %v", err)
	}
	if d := cmp.Diff(map[string]string{"new": "old"}, s.files()); d != "" {
		t.Error(d)
	}
}

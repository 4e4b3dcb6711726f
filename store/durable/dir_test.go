package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func openTemp(t *testing.T) *Dir {
	t.Helper()
	d, err := OpenDir(t.TempDir())
	must(t, err)
	t.Cleanup(func() { d.Close() })
	return d
}

// record returns what goes through the hook from now on: the kinds and the
// last elements of the paths.
func record(t *testing.T) *[]string {
	var ops []string
	TestOnlyHook = func(op Op, do func() error) error {
		text := string(op.Kind) + " " + filepath.Base(op.Path)
		if op.To != "" {
			text += " " + filepath.Base(op.To)
		}
		ops = append(ops, text)
		return do()
	}
	t.Cleanup(func() { TestOnlyHook = nil })
	return &ops
}

func TestMakeDir(t *testing.T) {
	root := filepath.Join(t.TempDir(), "root")
	must(t, os.Mkdir(root, 0o700))
	must(t, os.WriteFile(filepath.Join(root, "file"), nil, 0o600)) // it isn't empty
	path := filepath.Join(root, "a", "b")
	ops := record(t)
	d, made, err := MakeDir(path)
	must(t, err)
	defer d.Close()
	if !made || d.Path() != path || d.Path("x", "y") != filepath.Join(path, "x", "y") {
		t.Errorf("made %v %s", made, d.Path())
	}
	if diff := cmp.Diff([]string{"create a", "sync dir root", "create b", "sync dir a"}, *ops); diff != "" {
		t.Error(diff)
	}
	for _, folder := range []string{"a", "a/b"} {
		info, err := os.Stat(filepath.Join(root, folder))
		must(t, err)
		if info.Mode().Perm() != 0o700 && runtime.GOOS != "windows" {
			t.Errorf("%s has the mode %v", folder, info.Mode())
		}
	}
	again, made, err := MakeDir(path)
	must(t, err)
	again.Close()
	if made {
		t.Error("a folder that is there was made")
	}
	if _, _, err := MakeDir(filepath.Join(root, "file", "a")); err == nil {
		t.Error("a folder was made in a file")
	}
}

// TestMakeDirLeft finds a folder that a run made and had no time to sync.
func TestMakeDirLeft(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	must(t, os.Mkdir(path, 0o700))
	ops := record(t)
	d, made, err := MakeDir(path)
	must(t, err)
	d.Close()
	if made || len(*ops) != 1 || !strings.HasPrefix((*ops)[0], "sync dir") {
		t.Errorf("made %v, with %q", made, *ops)
	}
}

func TestNoEscape(t *testing.T) {
	d := openTemp(t)
	outside := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(outside, nil, 0o600))
	must(t, os.Symlink(outside, d.Path("link")))
	for _, name := range []string{"link", "../file", outside} {
		if f, err := d.OpenAppend(name); err == nil {
			f.Close()
			t.Errorf("%s was opened", name)
		}
		if _, err := d.Create(name); err == nil {
			t.Errorf("%s was created", name)
		}
	}
}

func TestCreate(t *testing.T) {
	d := openTemp(t)
	f, err := d.Create("a")
	must(t, err)
	defer f.Close()
	if _, err := d.Create("a"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Create returned %v for a file that is there", err)
	}
	if f.Path() != d.Path("a") {
		t.Errorf("its path is %s", f.Path())
	}
	info, err := f.OS().Stat()
	must(t, err)
	if info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("its mode is %v", info.Mode())
	}
}

func TestAppendAndTruncate(t *testing.T) {
	d := openTemp(t)
	for i, text := range []string{"first ", "second ", "third"} {
		f, err := d.OpenAppend("a")
		must(t, err)
		_, err = io.WriteString(f, text+"junk")
		must(t, err)
		size, err := f.Size()
		must(t, err)
		must(t, f.Truncate(size-4))
		if i == 2 {
			_, err = io.WriteString(f, ".")
			must(t, err)
		}
		must(t, f.Sync())
		must(t, f.Close())
	}
	text, err := os.ReadFile(d.Path("a"))
	must(t, err)
	if string(text) != "first second third." {
		t.Errorf("the file holds %q", text)
	}
}

func TestRenameLinkRemove(t *testing.T) {
	d := openTemp(t)
	must(t, d.Mkdir("sub"))
	must(t, os.WriteFile(d.Path("a"), []byte("a"), 0o600))
	must(t, os.WriteFile(d.Path("sub", "b"), []byte("b"), 0o600))
	must(t, d.Link("a", "c"))
	if err := d.Link("a", "c"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Link returned %v", err)
	}
	must(t, d.Rename("a", "sub/b"))
	must(t, d.Remove("c"))
	if err := d.Remove("c"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Remove returned %v", err)
	}
	for name, want := range map[string]bool{"a": false, "c": false, "sub": true, "sub/b": true} {
		if exists, err := d.Exists(name); err != nil || exists != want {
			t.Errorf("%s exists: %v, %v", name, exists, err)
		}
	}
	names, err := d.Names("sub")
	must(t, err)
	if diff := cmp.Diff([]string{"b"}, names); diff != "" {
		t.Error(diff)
	}
	if text, _ := os.ReadFile(d.Path("sub/b")); string(text) != "a" {
		t.Errorf("the renamed file holds %q", text)
	}
}

func TestReplace(t *testing.T) {
	d := openTemp(t)
	ops := record(t)
	put := func(text string) func(io.Writer) error {
		return func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		}
	}
	must(t, d.Replace("a", put("one")))
	want := []string{"create a.new", "write a.new", "sync file a.new", "rename a.new a", "sync dir " + filepath.Base(d.Path())}
	if diff := cmp.Diff(want, *ops); diff != "" {
		t.Error(diff)
	}
	must(t, os.WriteFile(d.Path("a.new"), []byte("left by a crash"), 0o600))
	must(t, d.Replace("a", put("two")))
	broken := errors.New("broken")
	if err := d.Replace("a", func(w io.Writer) error { put("three")(w); return broken }); err != broken {
		t.Errorf("Replace returned %v", err)
	}
	if text, _ := os.ReadFile(d.Path("a")); string(text) != "two" {
		t.Errorf("the file holds %q", text)
	}
	if names, _ := d.Names("."); len(names) != 1 {
		t.Errorf("left behind: %q", names)
	}
}

func TestReplaceFails(t *testing.T) {
	for _, kind := range []Kind{Create, Write, SyncFile, Rename} {
		d := openTemp(t)
		must(t, os.WriteFile(d.Path("a"), []byte("old"), 0o600))
		TestOnlyHook = func(op Op, do func() error) error {
			if op.Kind == kind {
				return fmt.Errorf("no %s", kind)
			}
			return do()
		}
		err := d.Replace("a", func(w io.Writer) error {
			_, err := io.WriteString(w, "new")
			return err
		})
		TestOnlyHook = nil
		if err == nil || err.Error() != "no "+string(kind) {
			t.Errorf("Replace returned %v", err)
		}
		if text, _ := os.ReadFile(d.Path("a")); string(text) != "old" {
			t.Errorf("after no %s the file holds %q", kind, text)
		}
	}
}

// TestSyncRefused has a file system without a sync for folders: that is let
// pass. That a folder's sync failed isn't, nor a file's in whatever words.
func TestSyncRefused(t *testing.T) {
	tests := []struct {
		kind Kind
		err  error
		ok   bool
	}{
		{SyncDir, syscall.EINVAL, true},
		{SyncDir, syscall.ENOTSUP, true},
		{SyncDir, syscall.EOPNOTSUPP, true},
		{SyncDir, syscall.ENOSYS, true},
		{SyncDir, syscall.EIO, false},
		{SyncDir, syscall.ENOSPC, false},
		{SyncDir, syscall.EACCES, false},
		{SyncFile, syscall.EINVAL, false},
		{SyncFile, syscall.ENOTSUP, false},
		{SyncFile, syscall.EIO, false},
	}
	for _, test := range tests {
		d := openTemp(t)
		TestOnlyHook = func(op Op, do func() error) error {
			if op.Kind == test.kind {
				return &fs.PathError{Op: "sync", Path: op.Path, Err: test.err}
			}
			return do()
		}
		err := d.Replace("a", func(w io.Writer) error { return nil })
		if err == nil {
			err = d.Mkdir("b")
		}
		group := d.Group()
		if f, createErr := d.Create("c"); createErr != nil || group.Add(f) != nil {
			t.Fatal(createErr)
		}
		groupErr := group.Sync()
		TestOnlyHook = nil
		if (err == nil) != test.ok || (groupErr == nil) != test.ok {
			t.Errorf("%s, %v: %v, %v", test.kind, test.err, err, groupErr)
		}
	}
	if err := SyncRefusal(t.TempDir()); err != nil {
		t.Skipf("here is such a file system: %v", err)
	}
	if err := SyncRefusal(filepath.Join(t.TempDir(), "none")); err != nil {
		t.Errorf("a folder that isn't there: %v", err)
	}
}

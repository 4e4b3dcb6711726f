package maildir_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/maildir"
	"popfetch/store/storetest"
)

const id = "0123456789abcdef"

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, path string) *maildir.Maildir {
	t.Helper()
	m, err := maildir.Open(path, id)
	must(t, err)
	t.Cleanup(func() { m.Close() })
	return m
}

// stage stages messages in a run that dies then, age ago.
func stage(t *testing.T, path string, age time.Duration, messages ...string) []store.Staged {
	t.Helper()
	b, err := open(t, path).Begin()
	must(t, err)
	for _, text := range messages {
		_, err := b.Append(strings.NewReader(text))
		must(t, err)
	}
	places, err := b.Stage()
	must(t, err)
	var staged []store.Staged
	for _, place := range places {
		staged = append(staged, store.Staged{Place: place, Time: time.Now().Add(-age)})
	}
	return staged
}

// mustRepair repairs the Maildir, and expects which messages are kept, and
// which lie in it then.
func mustRepair(t *testing.T, path string, staged []store.Staged, kept []bool, messages ...string) {
	t.Helper()
	got, err := open(t, path).Repair(staged)
	must(t, err)
	if d := cmp.Diff(kept, got); d != "" {
		t.Errorf("kept: %s", d)
	}
	wants(t, path, messages...)
}

func wants(t *testing.T, path string, messages ...string) {
	t.Helper()
	read, err := storetest.ReadMaildir(path)
	must(t, err)
	var got []string
	for _, text := range read {
		got = append(got, string(text))
	}
	slices.Sort(got)
	if d := cmp.Diff(messages, got); d != "" {
		t.Errorf("messages: %s", d)
	}
}

// clear removes all files of one folder, as a mail program may tmp.
func clear(t *testing.T, path, folder string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(path, folder, "*"))
	must(t, err)
	for _, name := range names {
		must(t, os.Remove(name))
	}
}

// TestTempLifetime has messages that were staged long ago and are in tmp no
// more: published, or cleared away by a mail program that found them too old.
func TestTempLifetime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Mail")
	cleared := stage(t, path, 37*time.Hour, "cleared")
	clear(t, path, "tmp")
	mustRepair(t, path, cleared, []bool{false})

	young := stage(t, path, 35*time.Hour, "published and deleted")
	clear(t, path, "tmp")
	mustRepair(t, path, young, []bool{true})

	inNew := stage(t, path, 37*time.Hour, "in new")
	mustRepair(t, path, inNew, []bool{true}, "in new")
	mustRepair(t, path, inNew, []bool{true}, "in new")

	inCur := stage(t, path, 37*time.Hour, "in cur")
	mustRepair(t, path, inCur, []bool{true}, "in cur", "in new")
	must(t, each(path, func(name string) error {
		return os.Rename(name, filepath.Join(path, "cur", filepath.Base(name)+":2,FS"))
	}))
	mustRepair(t, path, inCur, []bool{true}, "in cur", "in new")

	stillThere := stage(t, path, 1000*time.Hour, "still in tmp")
	mustRepair(t, path, stillThere, []bool{true}, "in cur", "in new", "still in tmp")
}

// TestForeignFiles has files in tmp that aren't this ledger's.
func TestForeignFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Mail")
	stage(t, path, 0, "never recorded")
	foreign := []string{
		"1795411500.M5P7Q1Rfedcba9876543210.host", "1795411500.M5P7Q1.host", ".hidden", "R" + id, "a." + id + ".b", "x",
		"1795411500.M5P7Q1R" + id, // no host
	}
	for _, name := range foreign {
		must(t, os.WriteFile(filepath.Join(path, "tmp", name), nil, 0o600))
	}
	mustRepair(t, path, nil, []bool{})
	left, err := os.ReadDir(filepath.Join(path, "tmp"))
	must(t, err)
	if len(left) != len(foreign) {
		t.Errorf("in tmp are %v", left)
	}
}

// TestGone has a Maildir that isn't there any more: what was staged in it is
// fetched again, even if runs die before they can record that.
func TestGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Mail")
	staged := stage(t, path, 0, "lost")
	must(t, os.RemoveAll(path))
	for range 3 {
		mustRepair(t, path, staged, []bool{false})
	}
}

// TestGoneShared has another account make such a Maildir anew first.
func TestGoneShared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Mail")
	staged := stage(t, path, 0, "lost")
	must(t, os.RemoveAll(path))
	m, other := open(t, path), open(t, path)
	_, err := other.Begin()
	must(t, err)
	kept, err := m.Repair(staged)
	must(t, err)
	if kept[0] {
		t.Error("a message of a Maildir that is gone counts as published")
	}
}

// TestMoved has the whole Maildir moved, and the configuration with it.
func TestMoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Mail")
	staged := stage(t, path, 0, "a", "b", "c")
	must(t, os.Rename(path, path+".new"))
	mustRepair(t, path+".new", staged, []bool{true, true, true}, "a", "b", "c")
	mustRepair(t, path+".new", staged, []bool{true, true, true}, "a", "b", "c")
}

// TestConfiguredElsewhere has another Maildir in the configuration than the
// one in which the messages were staged: they must not count as published.
func TestConfiguredElsewhere(t *testing.T) {
	root := t.TempDir()
	former, now := filepath.Join(root, "former"), filepath.Join(root, "now")
	staged := stage(t, former, 0, "a", "b")
	mustRepair(t, now, staged, []bool{true, true})
	wants(t, former, "a", "b")
	must(t, os.RemoveAll(former))
	mustRepair(t, now, staged, []bool{false, false})
	must(t, os.Mkdir(former, 0o700)) // where a disk was mounted, say
	mustRepair(t, now, staged, []bool{false, false})
}

// TestStageSyncs delivers to a Maildir that another program made, and may not
// have synced.
func TestStageSyncs(t *testing.T) {
	path := t.TempDir()
	for _, folder := range []string{"tmp", "new", "cur"} {
		must(t, os.Mkdir(filepath.Join(path, folder), 0o700))
	}
	synced := false
	var mu sync.Mutex // the files are synced side by side
	durable.TestOnlyHook = func(op durable.Op, do func() error) error {
		mu.Lock()
		defer mu.Unlock()
		synced = synced || op.Kind == durable.SyncDir && op.Path == path
		return do()
	}
	defer func() { durable.TestOnlyHook = nil }()
	m := open(t, path)
	if synced {
		t.Error("there was a sync, and nothing to deliver")
	}
	b, err := m.Begin()
	must(t, err)
	_, err = b.Append(strings.NewReader("a"))
	must(t, err)
	_, err = b.Stage()
	must(t, err)
	if !synced {
		t.Error("the entries of the Maildir may not be durable")
	}
}

func TestOpenErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	for _, path := range []string{file, filepath.Join(file, "Mail")} {
		if m, err := maildir.Open(path, id); m != nil || !errors.As(err, new(*store.Error)) {
			t.Errorf("Open(%q) returned %v", path, err)
		}
	}
}

// TestLinkedMaildir delivers to a Maildir that is a symbolic link to a folder.
func TestLinkedMaildir(t *testing.T) {
	root := t.TempDir()
	must(t, os.Mkdir(filepath.Join(root, "real"), 0o700))
	link := filepath.Join(root, "link")
	must(t, os.Symlink("real", link))
	staged := stage(t, link, 0, "a")
	mustRepair(t, link, staged, []bool{true}, "a")
	wants(t, filepath.Join(root, "real"), "a")
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
}

// BenchmarkBatch delivers a batch as package fetch makes it.
func BenchmarkBatch(b *testing.B) {
	m, err := maildir.Open(b.TempDir(), id)
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close()
	storetest.BenchmarkBatch(b, m)
}

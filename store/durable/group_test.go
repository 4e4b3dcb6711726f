package durable

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
)

// addFiles puts n new files into the group.
func addFiles(t *testing.T, d *Dir, g *Group, n int) {
	t.Helper()
	for i := range n {
		f, err := d.Create(fmt.Sprintf("%d", i))
		must(t, err)
		_, err = f.Write([]byte("text"))
		must(t, err)
		must(t, g.Add(f))
	}
}

func TestGroup(t *testing.T) {
	for _, n := range []int{0, 1, manyFiles, manyFiles + 1, 50} {
		for _, alone := range []bool{true, false} {
			d := openTemp(t)
			g := d.Group()
			if alone { // as where there is no sync of the whole file system
				g.Close()
			}
			want := append(slices.Repeat([]string{string(SyncFile)}, n), string(SyncDir))
			if g.whole != nil && n > manyFiles {
				want = []string{string(SyncFS)}
			}
			addFiles(t, d, g, n)
			if synced := syncs(t, g); !slices.Equal(synced, want) {
				t.Errorf("%d files were made durable by %q", n, synced)
			}
		}
	}
}

// syncs syncs the group, and returns how.
func syncs(t *testing.T, g *Group) (kinds []string) {
	t.Helper()
	var mu sync.Mutex
	TestOnlyHook = func(op Op, do func() error) error {
		mu.Lock()
		defer mu.Unlock()
		kinds = append(kinds, string(op.Kind))
		return do()
	}
	defer func() { TestOnlyHook = nil }()
	must(t, g.Sync())
	return kinds
}

// TestGroupFails has one sync of many that fails: so does the group.
func TestGroupFails(t *testing.T) {
	for _, n := range []int{1, manyFiles, 2 * manyFiles} {
		d := openTemp(t)
		g := d.Group()
		addFiles(t, d, g, n)
		bad := errors.New("bad block")
		var mu sync.Mutex
		failed := false
		TestOnlyHook = func(op Op, do func() error) error {
			mu.Lock()
			defer mu.Unlock()
			if failed {
				return do()
			}
			failed = true
			return bad
		}
		err := g.Sync()
		TestOnlyHook = nil
		if !errors.Is(err, bad) {
			t.Errorf("the sync of %d files returned %v", n, err)
		}
		must(t, g.Close())
	}
}

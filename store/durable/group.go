package durable

import (
	"errors"
	"sync"
)

// A Group is a number of new files in one folder that become durable together.
//
// A file synced by itself costs a commit of the file system's journal each
// time. Synced side by side the files share commits; and where the system has
// a sync for a whole file system, many files cost as little as one.
type Group struct {
	dir   *Dir
	name  string
	files []*File
	many  bool // more files than are worth holding open: sync the file system
}

// manyFiles is where a sync of the whole file system takes over from syncs of
// the files. It also bounds the files held open.
const manyFiles = 8

// parallelSyncs bounds the syncs that run side by side.
const parallelSyncs = 16

// Group starts an empty group of files in the folder of that name.
func (d *Dir) Group(name string) *Group { return &Group{dir: d, name: name} }

// Add puts a file that is completely written into the group, which closes it.
func (g *Group) Add(f *File) error {
	g.files = append(g.files, f)
	if len(g.files) <= manyFiles || !hasSyncFS {
		return nil
	}
	g.many = true
	return g.Close()
}

// Sync makes the files and their entries in the folder durable, and closes
// the files.
func (g *Group) Sync() error {
	if g.many {
		return run(Op{Kind: SyncFS, Path: g.dir.Path(g.name)}, func() error { return syncFS(g.dir.root, g.name) })
	}
	if err := errors.Join(g.syncFiles(), g.Close()); err != nil {
		return err
	}
	return g.dir.Sync(g.name)
}

func (g *Group) syncFiles() error {
	errs := make([]error, len(g.files))
	slots := make(chan struct{}, parallelSyncs)
	var wg sync.WaitGroup
	for i, f := range g.files {
		slots <- struct{}{}
		wg.Go(func() {
			errs[i] = f.Sync()
			<-slots
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// Close closes the files that are still open and makes nothing durable.
func (g *Group) Close() error {
	var errs []error
	for _, f := range g.files {
		errs = append(errs, f.Close())
	}
	g.files = g.files[:0]
	return errors.Join(errs...)
}

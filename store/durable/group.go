package durable

import (
	"errors"
	"os"
	"sync"
)

// A Group is a number of new files in one folder that become durable together.
//
// A file synced by itself costs a commit of the file system's journal each
// time. Synced side by side the files share commits; and where the system has
// a sync for a whole file system, many files cost as little as one.
type Group struct {
	dir    *Dir
	files  []*File
	whole  *os.File // on the file system to sync as a whole, nil where it can't
	closed bool     // the files are, as there are more than are worth holding open
}

// manyFiles is where a sync of the whole file system takes over from syncs of
// the files. It also bounds the files held open.
const manyFiles = 8

// parallelSyncs bounds the syncs that run side by side.
const parallelSyncs = 16

// Group starts an empty group of files in the folder. It has to be started
// before they are written: a sync of the file system reports the faults since
// then.
func (d *Dir) Group() *Group {
	return &Group{dir: d, whole: openFS(d.root)}
}

// Add puts a file that is completely written into the group, which closes it.
func (g *Group) Add(f *File) error {
	g.files = append(g.files, f)
	if len(g.files) <= manyFiles && !g.closed || g.whole == nil {
		return nil
	}
	g.closed = true
	return g.closeFiles()
}

// Sync makes the files and their entries in the folder durable, with the
// entries of other folders of that file system, and closes the group.
func (g *Group) Sync(others ...*Dir) error {
	if g.closed {
		err := runOp(Op{Kind: SyncFS, Path: g.dir.Path()}, func() error { return syncFS(g.whole) })
		return errors.Join(err, g.Close())
	}
	if err := errors.Join(g.syncFiles(), g.Close()); err != nil {
		return err
	}
	for _, dir := range others {
		if err := dir.Sync("."); err != nil {
			return err
		}
	}
	return g.dir.Sync(".")
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

// Close closes what is still open and makes nothing durable.
func (g *Group) Close() error {
	err := g.closeFiles()
	if g.whole != nil {
		err = errors.Join(err, g.whole.Close())
		g.whole = nil
	}
	return err
}

func (g *Group) closeFiles() error {
	var errs []error
	for _, f := range g.files {
		errs = append(errs, f.Close())
	}
	g.files = nil
	return errors.Join(errs...)
}

package powerloss

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"sync"

	"popfetch/store/durable"
)

// Hook returns a durable.TestOnlyHook for the child. It logs every operation
// to the file at logPath, keeps beside it, in a folder with ".kept" behind the
// name, what the operation overwrites or removes, and kills the process just
// before operation number dieAt; never, if that is 0. The log goes on where
// that of an earlier child ends: what that one left unsynced still is.
//
// A sync is logged and not done, as nothing but RollBack ever asks for it.
// Operations that come at once are done one after the other.
func Hook(logPath string, dieAt int) (func(op durable.Op, do func() error) error, error) {
	return newHook(logPath, dieAt, killSelf)
}

// ErrHalted is what an operation comes to when it is too late for it.
var ErrHalted = errors.New("powerloss: the system has halted")

// Halt returns the same as Hook, but for the process of the test itself, which
// goes on: from operation number haltAt on nothing is done, and all of them
// return ErrHalted. It is for tests that crash too often to start a process
// each time. Unlike a death it lets go what the process holds.
func Halt(logPath string, haltAt int) (func(op durable.Op, do func() error) error, error) {
	return newHook(logPath, haltAt, func() {})
}

func newHook(logPath string, at int, die func()) (func(op durable.Op, do func() error) error, error) {
	r := &recorder{kept: logPath + keptSuffix, dieAt: at, die: die}
	if err := os.MkdirAll(r.kept, 0o700); err != nil {
		return nil, err
	}
	before, err := os.ReadDir(r.kept)
	if err != nil {
		return nil, err
	}
	r.before = len(before)
	r.log, err = os.OpenFile(logPath, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	return r.recordOp, err
}

// keptSuffix makes the name of the log that of the folder beside it.
const keptSuffix = ".kept"

// An entry is one line of the log: an operation that succeeded.
type entry struct {
	durable.Op
	Existed bool   // the path, before a Create
	Before  int64  // size of the file before it
	After   int64  // size of the file after it
	Folder  bool   // the path is a folder
	Kept    string // where what was there before is kept, if anything was
}

type recorder struct {
	mu     sync.Mutex
	log    *os.File
	kept   string
	before int // files that were kept by earlier children
	n      int
	dieAt  int
	die    func()
}

func (r *recorder) recordOp(op durable.Op, do func() error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n++; r.dieAt > 0 && r.n >= r.dieAt {
		r.die()
		return ErrHalted
	}
	e := entry{Op: op}
	if info, err := os.Lstat(op.Path); err == nil {
		e.Existed, e.Before = true, info.Size()
	}
	if err := r.saveOld(&e); err != nil {
		return err
	}
	var err error
	if !isSync(op.Kind) {
		err = do()
	}
	if err != nil && op.Kind != durable.Write { // which may have written a part
		return err
	}
	return errors.Join(err, r.writeEntry(e))
}

func isSync(k durable.Kind) bool {
	return k == durable.SyncFile || k == durable.SyncDir || k == durable.SyncFS
}

// killSelf kills the process as nothing else would: no deferred call is made and no
// buffer written.
func killSelf() {
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		self.Kill()
	}
	select {} // the signal is on its way
}

// saveOld saves what the operation is about to take away: a file that is removed
// or replaced by a link, and the end of one that is cut.
func (r *recorder) saveOld(e *entry) error {
	path := e.Path
	if e.Kind == durable.Rename {
		path = e.To
	}
	kept := filepath.Join(r.kept, fmt.Sprintf("%d-%d", r.before, r.n))
	switch e.Kind {
	case durable.Rename, durable.Remove:
		err := os.Link(path, kept)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		e.Kept = kept
		return err
	case durable.Truncate:
		e.Kept = kept
		return saveTail(path, e.Size, kept)
	}
	return nil
}

func saveTail(path string, from int64, to string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	tail, err := io.ReadAll(io.NewSectionReader(f, from, math.MaxInt64-from))
	if err != nil {
		return err
	}
	return os.WriteFile(to, tail, 0o600)
}

func (r *recorder) writeEntry(e entry) error {
	path := e.Path
	if e.Kind == durable.Rename {
		path = e.To
	}
	if info, err := os.Lstat(path); err == nil {
		e.After, e.Folder = info.Size(), info.IsDir()
	}
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = r.log.Write(append(line, '\n'))
	return err
}

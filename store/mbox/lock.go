package mbox

import (
	"os"
	"sync"
	"time"

	"popfetch/store/durable"
	"popfetch/store/hint"
	"popfetch/store/trusted"
)

// A lock is the mbox, open and locked. It keeps the only descriptor of it that
// this process has, as closing any other would give up a classical POSIX lock.
type lock struct {
	m    *Mbox
	file *durable.File
	dot  bool // is there a dotlock as well
	gate chan struct{}
}

// retryLock is the pause between two tries to get a lock that is taken.
const retryLock = 50 * time.Millisecond

// lockedError says that another program had the mbox locked for all the time that there
// was to wait, and what is known of who holds it.
func lockedError(path, holder string) error {
	way := "let the program that holds it end"
	if _, err := os.Lstat(path + dotSuffix); err == nil {
		way += "; if none does, remove " + path + dotSuffix
	}
	return hint.Temporary(hint.Errorf(way, "%s is locked by %s", path, holder))
}

// noteRefusal says once that the dotlock is all there is.
func (m *Mbox) noteRefusal(err error) {
	if m.note != nil {
		m.note("the file system of mbox %s refuses fcntl locks (%v): the dotlock has to do", m.path, err)
		m.note = nil
	}
}

// LockRefusal returns why the file system of an mbox that is there refuses fcntl
// locks, or nil.
func LockRefusal(path string) error {
	f, err := trusted.OpenWritable(path, trusted.Keep)
	if err != nil {
		return nil // which is told elsewhere
	}
	defer f.Close()
	if _, err = lockFile(f); refusesLocks(err) {
		return err
	}
	return nil
}

// gates keep the accounts of one run that deliver to the same mbox off each
// other, as a POSIX lock doesn't within one process.
var gates sync.Map // path: chan struct{} of capacity 1

func gateOf(path string) chan struct{} {
	gate, _ := gates.LoadOrStore(path, make(chan struct{}, 1))
	return gate.(chan struct{})
}

// acquireLock locks the mbox, which is made if it isn't there. A lock that is
// taken is tried again and again, without blocking, until the time is up or the
// run has to stop.
func (m *Mbox) acquireLock(wait time.Duration) (*lock, error) {
	timeUp := time.After(wait)
	path := m.dir.Path(m.name)
	gate, err := m.enterGate(path, timeUp)
	if err != nil {
		return nil, err
	}
	for {
		l, holder, err := m.tryLock()
		if l != nil {
			l.gate = gate
			return l, nil
		}
		if err == nil {
			select {
			case <-time.After(retryLock):
				continue
			case <-timeUp:
			case <-m.stop:
			}
			err = lockedError(path, holder)
		}
		<-gate
		return nil, err
	}
}

// enterGate waits until no other account of this run has the mbox.
func (m *Mbox) enterGate(path string, timeUp <-chan time.Time) (gate chan struct{}, err error) {
	gate = gateOf(path)
	select {
	case gate <- struct{}{}:
		return gate, nil
	default:
	}
	select {
	case gate <- struct{}{}:
		return gate, nil
	case <-timeUp:
	case <-m.stop:
	}
	return nil, lockedError(path, "another account of this run")
}

// checkTarget refuses a file that is no mbox, before anything is fetched for it. It
// says nothing where another account of this run has the mbox, which has looked
// at it: to close a second descriptor of the file would end a classical lock.
func (m *Mbox) checkTarget() error {
	gate := gateOf(m.dir.Path(m.name))
	select {
	case gate <- struct{}{}:
		defer func() { <-gate }()
	default:
		return nil
	}
	f, err := m.dir.Open(m.name)
	if err != nil {
		return nil // it may not be there yet; else whoever locks it will know
	}
	defer f.Close()
	return mustBeMbox(f)
}

// tryLock locks the mbox, or returns who holds it. It takes fcntl first, then the
// dotlock, in the order of Debian's policy, and holds none while it waits for
// the other: a program with the other order would wait for ever. Where the file
// system refuses fcntl, the dotlock alone has to do.
func (m *Mbox) tryLock() (l *lock, holder string, err error) {
	file, err := m.openTarget()
	if err != nil {
		return nil, "", err
	}
	l = &lock{m: m, file: file}
	holder, err = lockFile(file.OS())
	locked := err == nil && hasFileLocks
	if refusesLocks(err) {
		m.noteRefusal(err)
		err = nil
	}
	if err == nil && holder == "" {
		l.dot, holder, err = m.takeDotlock(locked)
	}
	if err == nil && holder == "" {
		holder, err = m.checkReplaced(file)
	}
	if err == nil && holder == "" {
		err = mustBeMbox(file)
	}
	if err != nil || holder != "" {
		l.closeFile()
		return nil, holder, err
	}
	return l, "", nil
}

// openTarget opens the mbox, and makes it if it isn't there. The folder is
// synced as long as the mbox is empty, as a run that made it may have died
// before it could.
func (m *Mbox) openTarget() (*durable.File, error) {
	file, err := m.dir.OpenAppend(m.name)
	if err != nil {
		return nil, err
	}
	info, err := file.OS().Stat()
	if err == nil {
		err = mustBeRegular(info)
	}
	if err == nil && info.Size() == 0 {
		err = m.dir.Sync(".")
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// checkReplaced finds out whether the mbox was removed or replaced between its
// opening and the lock, which is on the wrong file then.
func (m *Mbox) checkReplaced(file *durable.File) (holder string, err error) {
	opened, err := file.OS().Stat()
	if err != nil {
		return "", err
	}
	present, err := os.Stat(m.dir.Path(m.name))
	if err != nil || !os.SameFile(opened, present) {
		return "a program that just replaced it", nil
	}
	return "", nil
}

// release gives the lock up, and the file with it. Once is enough.
func (l *lock) release() {
	if l.gate == nil {
		return
	}
	l.closeFile()
	<-l.gate
	l.gate = nil
}

func (l *lock) closeFile() {
	if l.dot {
		l.m.releaseDotlock()
	}
	l.file.Close() // and the fcntl lock is gone
}

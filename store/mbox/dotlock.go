package mbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"popfetch/store/hint"
	"popfetch/store/trusted"
)

// dotSuffix makes the name of the mbox that of its dotlock, a file that is
// there while a program has the mbox locked.
const dotSuffix = ".lock"

// dotLifetime is how long a dotlock that doesn't tell its process is left
// alone. Programs that hold one for longer touch it.
const dotLifetime = 5 * time.Minute

// takeDotlock makes the dotlock, or returns who holds it. Where the folder
// can't be written to, as /var/mail often, the lock of the file has to do, and
// made is false; but another program's dotlock is heeded there as well.
func (m *Mbox) takeDotlock(locked bool) (made bool, holder string, err error) {
	name := m.name + dotSuffix
	if err = m.makeDotlock(name); errors.Is(err, fs.ErrExist) {
		if holder := m.breakStale(name); holder != "" {
			return false, holder, nil
		}
		err = m.makeDotlock(name)
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return false, m.dir.Path(name), nil
	case err != nil && locked && isUnwritable(err):
		return false, m.foreignHolder(name), nil
	case err != nil && hasFileLocks && isUnwritable(err):
		return false, "", hint.Errorf("let popfetch write to the folder, or put the mbox on another file system",
			"its file system refuses locks, and %s can't be made: %w", m.dir.Path(name), err)
	}
	return err == nil, "", err
}

// tempLock is the name that the dotlock has at first.
func (m *Mbox) tempLock() string { return m.name + dotSuffix + "." + m.id }

// makeDotlock makes the dotlock under a name of this ledger, which nobody else
// uses, and then links it to the one that counts: no instant has a dotlock
// that doesn't tell its process, and that would be honoured for long if this
// one died then.
func (m *Mbox) makeDotlock(name string) error {
	temp := m.tempLock()
	file, err := m.dir.Create(temp)
	if errors.Is(err, fs.ErrExist) {
		if err := m.dir.Remove(temp); err != nil {
			return err
		}
		file, err = m.dir.Create(temp)
	}
	if err != nil {
		return err
	}
	defer m.dir.Remove(temp)
	defer file.Close()
	if _, err := fmt.Fprintf(file, "%d\n", os.Getpid()); err != nil {
		return err
	}
	if err = m.dir.Link(temp, name); err != nil && isUnwritable(err) {
		return m.makePlain(name) // the file system has no links
	}
	return err
}

// makePlain makes the dotlock by its own name. Only who dies before the next line
// leaves one that doesn't tell its process.
func (m *Mbox) makePlain(name string) error {
	file, err := m.dir.Create(name)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(file, "%d\n", os.Getpid())
	if err = errors.Join(err, file.Close()); err != nil {
		m.dir.Remove(name)
	}
	return err
}

// releaseDotlock gives the dotlock up, unless another program took it for
// stale and made its own.
func (m *Mbox) releaseDotlock() {
	name := m.name + dotSuffix
	if dot, err := m.readDotlock(name); err == nil && dot.text == strconv.Itoa(os.Getpid()) {
		m.dir.Remove(name)
	}
}

// breakStale removes a dotlock whose holder is gone, and otherwise returns who
// that is. Mostly the caller has the fcntl lock, so that no other popfetch does
// the same to the dotlock that replaces this one.
func (m *Mbox) breakStale(name string) (holder string) {
	dot, err := m.readDotlock(name)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil {
		return "a dotlock that can't be read: " + err.Error()
	}
	if !dot.isStale(time.Now()) {
		return dot.String()
	}
	return m.removeStale(name, dot)
}

// removeStale removes a dotlock, or returns who holds it. It takes it away by
// another name first and looks at it once more: where fcntl is refused, another
// program may have removed the stale one meanwhile and made its own.
func (m *Mbox) removeStale(name string, dot foreignDotlock) (holder string) {
	temp := m.tempLock()
	if m.dir.Rename(name, temp) != nil { // in a folder such as /tmp
		return dot.abandonedText()
	}
	moved, err := m.readDotlock(temp)
	if err == nil && (moved.text != dot.text || !moved.made.Equal(dot.made)) {
		if err = m.dir.Link(temp, name); err != nil && isUnwritable(err) {
			m.dir.Rename(temp, name)
		}
		return m.dir.Path(name)
	}
	m.dir.Remove(temp) // else the next one of ours does
	return ""
}

// foreignHolder returns who holds the dotlock, if there is one, in a folder that
// we can't write to. One whose holder is gone is for a person to remove: to go
// on as if it weren't there would be to trust in what is only likely.
func (m *Mbox) foreignHolder(name string) string {
	dot, err := m.readDotlock(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ""
	case err != nil:
		return "a dotlock that can't be read: " + err.Error()
	case dot.isStale(time.Now()):
		return dot.abandonedText()
	default:
		return dot.String()
	}
}

// maxDotlock is as much of a dotlock as is read.
const maxDotlock = 256

// foreignDotlock is what is known of a dotlock that exists.
type foreignDotlock struct {
	path string
	text string
	made time.Time
}

func (m *Mbox) readDotlock(name string) (d foreignDotlock, err error) {
	d.path = m.dir.Path(name)
	info, err := os.Lstat(d.path)
	if err != nil {
		return d, err
	}
	if d.made = info.ModTime(); !info.Mode().IsRegular() {
		return d, nil // some programs make a link, and a FIFO would block us
	}
	f, err := m.dir.Open(name)
	if _, isForeign := errors.AsType[*trusted.Error](err); isForeign || errors.Is(err, fs.ErrPermission) {
		return d, nil // its age has to do
	}
	if err != nil {
		return d, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxDotlock))
	d.text = string(bytes.TrimRight(text, "\x00 \r\n"))
	return d, err
}

func (d foreignDotlock) String() string {
	if d.text == "" {
		return d.path
	}
	return fmt.Sprintf("%s (%q)", d.path, d.text)
}

// abandonedText tells of a dotlock that nobody holds and we can't remove.
func (d foreignDotlock) abandonedText() string {
	return d.String() + ", which a program that is gone left there, and which can't be removed by this user"
}

// holderPID returns the process that made the dotlock, if it tells and was on this
// host: the first word of the file, or "PID:HOST" as Dovecot writes it.
func (d foreignDotlock) holderPID() (pid int, ok bool) {
	text, host, told := strings.Cut(d.text, ":")
	if here, err := os.Hostname(); told && (err != nil || host != here) {
		return 0, false
	}
	text, _, _ = strings.Cut(text, " ")
	pid, err := strconv.Atoi(text)
	return pid, err == nil && pid > 0
}

// isStale reports whether nobody can be using the dotlock any more: the system
// has been started since, or its process is dead, or there is no telling which
// that is and the dotlock is old.
//
// Our own process has none, as the caller just failed to make it: the number
// is that of a popfetch that died, in a container perhaps, where every
// process is number 1.
func (d foreignDotlock) isStale(now time.Time) bool {
	if d.made.Before(bootTime()) {
		return true
	}
	pid, ok := d.holderPID()
	if !ok {
		return now.Sub(d.made) > dotLifetime
	}
	return pid == os.Getpid() || !isAlive(pid)
}

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
)

// dotSuffix makes the name of the mbox that of its dotlock, a file that is
// there while a program has the mbox locked.
const dotSuffix = ".lock"

// dotLifetime is how long a dotlock that doesn't tell its process is left
// alone. Programs that hold one for longer touch it.
const dotLifetime = 5 * time.Minute

// takeDotlock makes the dotlock, or returns who holds it. Where the folder
// can't be written to, as /var/mail often, or its file system has no links,
// fcntl has to do, and made is false.
func (m *Mbox) takeDotlock() (made bool, holder string, err error) {
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
	case err != nil && hasFileLocks && unwritable(err):
		return false, "", nil
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
	return m.dir.Link(temp, name)
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
// that is. The caller has the fcntl lock, so no other popfetch does the same
// to the dotlock that replaces this one.
func (m *Mbox) breakStale(name string) (holder string) {
	dot, err := m.readDotlock(name)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil {
		return "a dotlock that can't be read: " + err.Error()
	}
	if !dot.stale(time.Now()) || m.dir.Remove(name) != nil {
		return dot.String()
	}
	return ""
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

// pid returns the process that made the dotlock, if it tells and was on this
// host: the first word of the file, or "PID:HOST" as Dovecot writes it.
func (d foreignDotlock) pid() (pid int, ok bool) {
	text, host, told := strings.Cut(d.text, ":")
	if here, err := os.Hostname(); told && (err != nil || host != here) {
		return 0, false
	}
	text, _, _ = strings.Cut(text, " ")
	pid, err := strconv.Atoi(text)
	return pid, err == nil && pid > 0
}

// stale reports whether nobody can be using the dotlock any more: the system
// has been started since, or its process is dead, or there is no telling which
// that is and the dotlock is old.
//
// Our own process has none, as the caller just failed to make it: the number
// is that of a popfetch that died, in a container perhaps, where every
// process is number 1.
func (d foreignDotlock) stale(now time.Time) bool {
	if d.made.Before(bootTime()) {
		return true
	}
	pid, ok := d.pid()
	if !ok {
		return now.Sub(d.made) > dotLifetime
	}
	return pid == os.Getpid() || !alive(pid)
}

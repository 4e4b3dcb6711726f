//go:build unix

package trusted

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// noFollow makes an open fail at a link, and not wait at a FIFO.
const noFollow = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

// maxLinks bounds how many links a path leads through, as the system does.
const maxLinks = 40

// Resolve returns the path without symbolic links, once all that it leads through
// is trusted; what it leads to too, if it is there. The file and the folders above
// it may not be there yet. The error is an *Error where something isn't trusted.
func Resolve(path string, rule Rule) (string, error) {
	return currentParty().resolvePath(path, rule)
}

func (p *party) resolvePath(path string, rule Rule) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	w := way{party: p, rule: rule, at: "/", left: splitPath(path)}
	_, err = w.checkPath(w.at)
	for err == nil && len(w.left) > 0 && !isHandedOver(w.at) {
		err = w.stepOn()
	}
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		err = &fs.PathError{Op: "open", Path: path, Err: failed.Err}
	}
	if err != nil {
		return "", err
	}
	return filepath.Join(append([]string{w.at}, w.left...)...), nil
}

// A way is a path, looked at as far as to a folder or a file.
type way struct {
	*party
	rule  Rule
	at    string   // has no links
	open  bool     // may others add entries to it
	left  []string // the names that are still to come
	links int
}

// stepOn goes on to the next entry, or to where it leads if it is a link. What isn't
// there leads nowhere else.
func (w *way) stepOn() error {
	next := filepath.Join(w.at, w.left[0])
	if isHandedOver(next) {
		w.at, w.left = next, w.left[1:]
		return nil
	}
	e, err := w.checkPath(next)
	if errors.Is(err, fs.ErrNotExist) {
		w.at, w.left = filepath.Join(append([]string{w.at}, w.left...)...), nil
		return nil
	}
	if err != nil {
		return err
	}
	w.left = w.left[1:]
	if !e.isLink() {
		w.at, w.open = next, e.isSticky() && w.checkWriters(e) != nil
		return nil
	}
	target, err := os.Readlink(next)
	if w.links++; w.links > maxLinks {
		err = &fs.PathError{Path: next, Err: syscall.ELOOP}
	}
	if filepath.IsAbs(target) {
		w.at = "/"
	}
	w.left = append(splitPath(target), w.left...)
	return err
}

// checkPath finds out whether an entry is trusted.
func (w *way) checkPath(path string) (entry, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return entry{}, err
	}
	e := entryOf(path, info)
	e.added = w.open
	return e, w.checkEntry(e, w.rule)
}

// splitPath are the names that a path is made of.
func splitPath(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

// isHandedOver reports whether a path, without links, is one that the system itself
// makes up: of our descriptors, or of nothing.
func isHandedOver(path string) bool {
	if path == os.DevNull || path == "/dev/fd" || filepath.Dir(path) == "/dev/fd" {
		return true
	}
	names := splitPath(path) // proc, a process, fd
	return len(names) > 2 && names[0] == "proc" && names[2] == "fd"
}

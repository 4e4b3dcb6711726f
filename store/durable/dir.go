package durable

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"popfetch/store/trusted"
)

// A Dir is an open folder. Names are relative to it and cannot lead out of
// it, neither by dots nor by symbolic links (os.Root).
type Dir struct {
	root   *os.Root
	self   *os.File // the folder itself
	path   string
	common bool // others can add entries to it, though not change ours
}

// OpenDir opens a folder that exists. The error is a *trusted.Error if others could
// change it, or where its path leads to.
func OpenDir(path string) (*Dir, error) { return openDir(path, false) }

// OpenCommon is OpenDir for a folder to which others may add files, as the sticky
// bit lets them: /var/mail, at times.
func OpenCommon(path string) (*Dir, error) { return openDir(path, true) }

func openDir(path string, mayBeCommon bool) (*Dir, error) {
	real, err := trusted.Resolve(path, trusted.Keep)
	if err != nil {
		return nil, err
	}
	if err := mustBeDir(os.Stat, real, path); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(real)
	if err != nil {
		return nil, err
	}
	return newDir(root, path, mayBeCommon)
}

// OpenSub opens a folder within this one. To create and to move files in the two
// themselves costs the system far less than by names that lead through others.
func (d *Dir) OpenSub(name string) (*Dir, error) {
	if err := mustBeDir(d.root.Stat, name, d.Path(name)); err != nil {
		return nil, err
	}
	root, err := d.root.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return newDir(root, d.Path(name), false)
}

func newDir(root *os.Root, path string, mayBeCommon bool) (*Dir, error) {
	self, err := root.Open(".")
	if err != nil {
		root.Close()
		return nil, err
	}
	d := &Dir{root: root, self: self, path: path}
	if err = trusted.CheckPrivate(self, trusted.Keep); err != nil && mayBeCommon {
		d.common = true
		err = trusted.Check(self, trusted.Keep)
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// mustBeDir says what is no folder, by the number that the system has for it,
// which os.OpenRoot leaves out. That would also wait for ever at a FIFO, until
// somebody writes to it.
func mustBeDir(stat func(string) (fs.FileInfo, error), name, path string) error {
	info, err := stat(name)
	if err == nil && !info.IsDir() {
		err = &fs.PathError{Op: "open", Path: path, Err: syscall.ENOTDIR}
	}
	return err
}

// MakeDir opens a folder and makes it, 0700, with the parents it lacks, where
// it doesn't exist; made tells whether it had to. What was made is durable.
func MakeDir(path string) (d *Dir, made bool, err error) { return makeDir(path, false) }

// MakeCommon is MakeDir for a folder to which others may add files.
func MakeCommon(path string) (d *Dir, made bool, err error) { return makeDir(path, true) }

func makeDir(path string, mayBeCommon bool) (d *Dir, made bool, err error) {
	if d, err = openDir(path, mayBeCommon); err == nil {
		d.syncIfEmpty()
		return d, false, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, false, err
	}
	parent := filepath.Dir(path)
	if parent == path {
		return nil, false, err
	}
	up, _, err := MakeCommon(parent)
	if err != nil {
		return nil, false, err
	}
	defer up.Close()
	if err := up.Mkdir(filepath.Base(path)); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, false, err
	}
	d, err = OpenDir(path)
	return d, true, err
}

// syncIfEmpty makes durable that the folder is there, if it is an empty one: the
// run that made it may have died before it could. It does what it can, as the
// folder above may be none of ours.
func (d *Dir) syncIfEmpty() {
	f, err := d.root.Open(".")
	if err != nil {
		return
	}
	defer f.Close()
	if _, err := f.Readdirnames(1); err != io.EOF {
		return
	}
	if up, err := OpenCommon(filepath.Dir(d.path)); err == nil {
		up.Sync(".")
		up.Close()
	}
}

// Path returns the path of the folder, or of name in it, for messages.
func (d *Dir) Path(name ...string) string {
	return filepath.Join(append([]string{d.path}, name...)...)
}

// Mkdir makes a folder, 0700, and makes it durable.
func (d *Dir) Mkdir(name string) error {
	err := runOp(Op{Kind: Create, Path: d.Path(name)}, func() error { return d.root.Mkdir(name, 0o700) })
	if err != nil {
		return err
	}
	return d.Sync(filepath.Dir(name))
}

// Create makes a new file, 0600, for writing. It is an error if there is one.
func (d *Dir) Create(name string) (*File, error) {
	return d.openChecked(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
}

// OpenAppend opens a file for reading and for writing at its end, and makes
// it, 0600, where it doesn't exist.
func (d *Dir) OpenAppend(name string) (*File, error) {
	return d.openChecked(name, os.O_RDWR|os.O_CREATE|os.O_APPEND)
}

func (d *Dir) openChecked(name string, flag int) (*File, error) {
	file := &File{path: d.Path(name)}
	err := runOp(Op{Kind: Create, Path: file.path}, func() (err error) {
		file.f, err = d.openFile(name, flag)
		return err
	})
	if err != nil {
		return nil, err
	}
	if flag&os.O_EXCL != 0 { // it is a new one, and ours
		return file, nil
	}
	if err := d.checkTrust(file.f); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// checkTrust finds out whether a file of the folder is trusted.
func (d *Dir) checkTrust(f *os.File) error {
	if d.common {
		return trusted.CheckAdded(f, trusted.Keep)
	}
	return trusted.Check(f, trusted.Keep)
}

// Open opens a file for reading. It doesn't wait at a FIFO, as there is none of
// ours. In a folder to which others may add files it must be ours.
func (d *Dir) Open(name string) (*os.File, error) {
	if info, err := d.root.Stat(name); err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: d.Path(name), Err: errNotRegular}
	}
	if !d.common {
		return d.root.Open(name)
	}
	f, err := d.openFile(name, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	if err := d.checkTrust(f); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

var errNotRegular = errors.New("it is neither a file nor a folder")

// Exists reports whether there is an entry of that name.
func (d *Dir) Exists(name string) (bool, error) {
	_, err := d.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Names lists the entries of the folder, or of one within it, in no order.
func (d *Dir) Names(name string) ([]string, error) {
	if err := mustBeDir(d.root.Stat, name, d.Path(name)); err != nil {
		return nil, err
	}
	f, err := d.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

// Link gives a file one more name. It is an error if there is a file of that
// name.
func (d *Dir) Link(from, to string) error {
	return runOp(Op{Kind: Link, Path: d.Path(from), To: d.Path(to)}, func() error {
		return d.root.Link(from, to)
	})
}

// Rename gives a file another name, in place of the one that may have it.
func (d *Dir) Rename(from, to string) error {
	return runOp(Op{Kind: Rename, Path: d.Path(from), To: d.Path(to)}, func() error {
		return d.root.Rename(from, to)
	})
}

// Move gives a file of this folder another name in another folder of the same
// file system, in place of the one that may have it.
func (d *Dir) Move(from string, to *Dir, name string) error {
	return runOp(Op{Kind: Rename, Path: d.Path(from), To: to.Path(name)}, func() error {
		return d.moveTo(from, to, name)
	})
}

// Remove removes a file.
func (d *Dir) Remove(name string) error {
	return runOp(Op{Kind: Remove, Path: d.Path(name)}, func() error { return d.root.Remove(name) })
}

// Sync makes durable which entries the folder has, or one within it: what was
// created, renamed and removed. Where the file system has no such call it does
// nothing, as SyncRefusal tells.
func (d *Dir) Sync(name string) error {
	err := runOp(Op{Kind: SyncDir, Path: d.Path(name)}, func() error {
		if name == "." {
			return syncDir(d.self)
		}
		f, err := d.root.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		return syncDir(f)
	})
	if isRefused(err) {
		return nil
	}
	return err
}

// SyncRefusal returns why the file system of a folder refuses to sync folders, or
// nil where it doesn't. It changes nothing.
func SyncRefusal(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return nil // which is told by who needs the folder
	}
	defer f.Close()
	if err := syncDir(f); isRefused(err) {
		return err
	}
	return nil
}

// isRefused reports whether the error of a folder's sync says that there is no
// such call. POSIX has EINVAL for that (fsync); SMB, FUSE and the file systems
// that emulate another have the other words. It is the file system's own affair
// then when it writes down its entries, and no program there can do better.
//
// That isn't said of a file, whose sync may be refused in the same words: bytes
// that may never reach the disk are no reason to delete them on a server, and
// every file system that is of use for mail has that sync.
func isRefused(err error) bool {
	return errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported)
}

// Replace puts what write produces in the place of a file, as a whole or not
// at all, and makes it durable. A crash leaves the old file, and perhaps one
// of the same name with ".new" behind it, which the next Replace overwrites.
func (d *Dir) Replace(name string, write func(io.Writer) error) error {
	temp := name + ".new"
	left, err := d.Exists(temp)
	if err == nil && left {
		err = d.Remove(temp)
	}
	if err != nil {
		return err
	}
	if err := d.writeTemp(temp, write); err != nil {
		d.Remove(temp)
		return err
	}
	if err := d.Rename(temp, name); err != nil {
		return err
	}
	return d.Sync(".")
}

func (d *Dir) writeTemp(name string, write func(io.Writer) error) error {
	file, err := d.Create(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := write(file); err != nil {
		return err
	}
	return file.Sync()
}

// Close closes the folder and makes nothing durable.
func (d *Dir) Close() error { return errors.Join(d.self.Close(), d.root.Close()) }

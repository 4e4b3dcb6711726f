package measure

import (
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// A User is whom the programs run as.
type User struct {
	Name   string
	uid    int
	gid    int
	change bool // this process is somebody else, root
}

// Unprivileged is the user of this process, or for root nobody: no one fetches mail as root, and
// some of the programs refuse to.
func Unprivileged() (User, error) {
	who, err := user.Current()
	if err != nil {
		return User{}, err
	}
	change := who.Uid == "0"
	if change {
		if who, err = user.Lookup("nobody"); err != nil {
			return User{}, err
		}
	}
	uid, err := strconv.Atoi(who.Uid)
	if err != nil {
		return User{}, err
	}
	gid, err := strconv.Atoi(who.Gid)
	if err != nil {
		return User{}, err
	}
	return User{who.Username, uid, gid, change}, nil
}

// Own gives a folder with all that is in it to the user.
func (u User) Own(dir string) error {
	if !u.change {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, u.uid, u.gid)
	})
}

// attributes puts a command into a process group of its own, which is killed with this process.
func (u User) attributes() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if u.change {
		attr.Credential = &syscall.Credential{Uid: uint32(u.uid), Gid: uint32(u.gid)}
	}
	return attr
}

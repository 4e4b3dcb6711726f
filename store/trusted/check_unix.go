//go:build unix

package trusted

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// An entry is what one look tells of a file, a folder or a link.
type entry struct {
	path  string
	mode  fs.FileMode
	owner int
	group int
	names uint64 // how many hard links it has
	added bool   // may others have put it where it is
}

func entryOf(path string, info fs.FileInfo) entry {
	e := entry{path: path, mode: info.Mode(), owner: -1, group: -1}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		e.owner, e.group, e.names = int(stat.Uid), int(stat.Gid), uint64(stat.Nlink) //nolint:unconvert // it has another type elsewhere
	}
	return e
}

func (e entry) isLink() bool { return e.mode&fs.ModeSymlink != 0 }

// isSticky reports whether those who can write a folder can change only entries
// of their own.
func (e entry) isSticky() bool { return e.mode.IsDir() && e.mode&fs.ModeSticky != 0 }

// Check finds out whether an open file or folder is trusted by itself. In a folder
// that passes, others may be able to make entries: see CheckPrivate.
func Check(f *os.File, rule Rule) error {
	e, err := entryOfFile(f)
	if err != nil {
		return err
	}
	return currentParty().checkEntry(e, rule)
}

// CheckPrivate is Check for a folder to which nobody else may add entries either.
func CheckPrivate(f *os.File, rule Rule) error {
	e, err := entryOfFile(f)
	if err != nil {
		return err
	}
	p := currentParty()
	if err := p.checkEntry(e, rule); err != nil {
		return err
	}
	if p.checkWriters(e) != nil {
		return &Error{e.path, "others can add files to " + e.path, "name a folder in it, or one of your own"}
	}
	return nil
}

// CheckAdded is Check for a file in a folder to which others may add entries: they
// may have given one of our files a name there.
func CheckAdded(f *os.File, rule Rule) error {
	e, err := entryOfFile(f)
	if err != nil {
		return err
	}
	e.added = true
	if err := currentParty().checkEntry(e, rule); err != nil {
		return err
	}
	if e.names > 1 {
		return &Error{e.path, e.path + " is another name of a file that lies elsewhere", "remove it, or name another place"}
	}
	return nil
}

// IsShown reports whether anybody but us and root can read or write a file, a system
// account too. To a group in which nobody else is it is not shown: Kubernetes gives
// all files of a volume to one, again and again.
func IsShown(info fs.FileInfo) bool {
	p, perm := currentParty(), info.Mode().Perm()
	return perm&0o007 != 0 || perm&0o070 != 0 && p.logins().isShared(entryOf("", info).group, p.self)
}

func entryOfFile(f *os.File) (entry, error) {
	info, err := f.Stat()
	if err != nil {
		return entry{}, err
	}
	return entryOf(filepath.Clean(f.Name()), info), nil
}

// checkEntry finds out whether an entry is ours to use. The mode of a link means nothing.
func (p *party) checkEntry(e entry, rule Rule) error {
	if err := p.checkOwner(e, rule); err != nil || e.isLink() || e.isSticky() {
		return err
	}
	return p.checkWriters(e)
}

func (p *party) checkOwner(e entry, rule Rule) error {
	switch {
	case e.owner == 0, e.owner == p.self, p.standsForRoot(e):
		return nil
	case p.isContainer && !e.added && !p.logins().hasUser(e.owner):
		return nil
	case p.self != 0:
		return p.foreignError(e)
	case rule == Keep && !e.isLink() && (p.isSpool(e) || !e.added && !p.isPerson(e.owner)):
		return nil
	case rule == Keep && !e.isLink() && !e.added && p.isPerson(e.owner):
		return p.personalError(e)
	default:
		return p.foreignError(e)
	}
}

// isPerson reports whether somebody can act as a user. In a container without users of
// its own, who has no shell is a system account whatever its number.
func (p *party) isPerson(id int) bool {
	return p.logins().isPerson(id) && (!p.isContainer || p.logins().hasShell(id))
}

// isSpool reports whether a file is a person's, but lies where only root or a
// system account can have put it: as an mbox in /var/mail. Where anybody may have
// put it, its name must be that of the person.
func (p *party) isSpool(e entry) bool {
	return e.mode.IsRegular() && (!e.added || filepath.Base(e.path) == p.logins().users[e.owner].name)
}

// checkWriters finds out who else can write an entry.
func (p *party) checkWriters(e entry) error {
	perm := e.mode.Perm()
	switch {
	case perm&0o022 == 0, p.isContainer && e.owner == 0 && e.mode.IsDir() && isMountPoint(e.path), p.hasNoModes(e.path):
		return nil
	}
	if perm&0o002 != 0 {
		return &Error{e.path, "everybody can write " + e.path, chmodHint(e, "o-w")}
	}
	who := p.logins().strangerIn(e.group, p.self)
	if p.isRootless && e.group == overflowUser {
		who = "no group outside the user namespace can be told from another"
	}
	if who == "" {
		return nil
	}
	return &Error{e.path, fmt.Sprintf("the group %s can write %s, and %s", p.logins().groupName(e.group), e.path, who), chmodHint(e, "g-w")}
}

// chmodHint is the way out for an entry that others can write. Of a folder that others
// shall add to, it is the sticky bit.
func chmodHint(e entry, change string) string {
	way := fmt.Sprintf("chmod %s %s", change, e.path)
	if e.mode.IsDir() {
		way += ", or chmod +t if others shall add files to it"
	}
	return way
}

// foreignError is the error of an entry that is somebody else's.
func (p *party) foreignError(e entry) error {
	owner, self := p.logins().userName(e.owner), p.logins().userName(p.self)
	text := fmt.Sprintf("%s belongs to %s, not to %s or root", e.path, owner, self)
	if p.self == 0 {
		text = fmt.Sprintf("%s belongs to %s, not to root", e.path, owner)
	}
	switch {
	case e.isLink():
		return &Error{
			e.path, fmt.Sprintf("the link %s belongs to %s", e.path, owner),
			"name the place that it leads to, if that is meant; else remove the link",
		}
	case e.added:
		return &Error{e.path, text, "anybody can have put it there: remove it, or name another place"}
	case p.self == 0 && p.logins().hasShell(e.owner):
		return &Error{e.path, text, p.runAs(e.owner)}
	case e.mode.IsDir() && !p.isPerson(e.owner):
		return &Error{e.path, text, fmt.Sprintf("name a place in folders of %s's or of root's", self)}
	default:
		way := fmt.Sprintf("if it is meant to be %s's, as root: chown %s %s; else name another place", self, p.logins().idOf(p.self), e.path)
		return &Error{e.path, text, way}
	}
}

// personalError is the error of a folder into which a person's links could lead root.
func (p *party) personalError(e entry) error {
	text := fmt.Sprintf("%s belongs to %s, and root writes nothing for a person", e.path, p.logins().userName(e.owner))
	if !p.logins().hasShell(e.owner) {
		text += fmt.Sprintf(" (who may have a number from %d on)", p.logins().firstUID)
	}
	return &Error{e.path, text, p.runAs(e.owner)}
}

// runAs is the way out of a root who is to do what is a user's.
func (p *party) runAs(id int) string {
	groups := "--init-groups"
	if !p.logins().hasUser(id) {
		groups = "--clear-groups"
	}
	name := p.logins().idOf(id)
	return fmt.Sprintf("run popfetch as %s: User=%s in its unit, or setpriv --reuid %s --regid %s %s popfetch",
		p.logins().userName(id), name, name, p.logins().primaryGroup(id), groups)
}

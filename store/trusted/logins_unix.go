//go:build unix

package trusted

import (
	"bufio"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// The logins are the users and groups of a system, as far as its files tell.
type logins struct {
	users    map[int]user
	groups   map[int]group
	isWhole  bool // do the files tell all, or are there users of a directory as well
	firstUID int  // of people
}

type user struct {
	name, shell string
	group       int
}

type group struct {
	name    string
	members []string
}

// maxLogins bounds what is read of a file, in bytes: a hundred thousand users.
const maxLogins = 16 << 20

func readLogins(folder string) *logins {
	l := &logins{users: map[int]user{}, groups: map[int]group{}, firstUID: firstUID()}
	l.isWhole = hasOnlyFiles(filepath.Join(folder, "nsswitch.conf"))
	eachLine(filepath.Join(folder, "passwd"), ":", func(f []string) { // name, password, number, group, comment, home, shell
		if strings.HasPrefix(f[0], "+") { // the others are those of NIS
			l.isWhole = false
		}
		if id, ok := number(f, 2); ok && len(f) > 6 {
			gid, _ := number(f, 3)
			l.users[id] = user{f[0], f[6], gid}
		}
	})
	eachLine(filepath.Join(folder, "group"), ":", func(f []string) { // name, password, number, members
		if id, ok := number(f, 2); ok && len(f) > 3 {
			g := l.groups[id] // some systems have one group in several lines
			g.name = f[0]
			g.members = append(g.members, strings.FieldsFunc(f[3], func(r rune) bool { return r == ',' })...)
			l.groups[id] = g
		}
	})
	return l
}

// firstUID is the first number of a person by the system's custom.
func firstUID() int {
	if runtime.GOOS == "darwin" {
		return 500
	}
	return 1000
}

// sources are where a name service switch finds no people but those of the files.
// Users of systemd are services, or of its homes: see isPerson.
var sources = []string{"files", "compat", "db", "altfiles", "systemd"}

// hasOnlyFiles reports whether a name service switch asks nothing but local files
// for users. Without it musl asks the files, and macOS its own directory. Fedora
// names SSSD in it, whether it runs or not.
func hasOnlyFiles(file string) bool {
	only := runtime.GOOS != "darwin"
	_, err := os.Lstat("/var/lib/sss/pipes/nss")
	hasSSSD := err == nil
	eachLine(file, " \t", func(f []string) {
		if len(f) > 0 && f[0] == "passwd:" {
			only = !slices.ContainsFunc(f[1:], func(source string) bool {
				return !strings.HasPrefix(source, "[") && !slices.Contains(sources, source) && (source != "sss" || hasSSSD)
			})
		}
	})
	return only
}

// eachLine yields the fields of each line of a file, of none where there is no file.
func eachLine(file, separators string, yield func(fields []string)) {
	f, err := os.Open(file)
	if err != nil {
		return
	}
	defer f.Close()
	for lines := bufio.NewScanner(io.LimitReader(f, maxLogins)); lines.Scan(); {
		text, _, _ := strings.Cut(lines.Text(), "#")
		if separators == ":" {
			yield(strings.Split(text, separators))
			continue
		}
		yield(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(separators, r) }))
	}
}

func number(fields []string, i int) (int, bool) {
	if len(fields) <= i {
		return 0, false
	}
	n, err := strconv.Atoi(fields[i])
	return n, err == nil
}

// has reports whether a user has a name here. Of users from elsewhere than the files
// it supposes so.
func (l *logins) has(id int) bool {
	_, ok := l.users[id]
	return ok || !l.isWhole
}

// isPerson reports whether somebody can log in as a user.
func (l *logins) isPerson(id int) bool {
	u, ok := l.users[id]
	if !ok {
		return !l.isWhole || isHome(id)
	}
	return id >= l.firstUID && !slices.Contains([]string{"nologin", "false", "true", "sync"}, path.Base(u.shell))
}

// isHome reports whether a number is one that systemd-homed gives to people.
func isHome(id int) bool { return id >= 60001 && id <= 60513 }

// stranger says which person, other than self, is in a group, or "" where there
// is none.
func (l *logins) stranger(gid, self int) string {
	if gid == 0 || runtime.GOOS == "darwin" && gid == 80 { // wheel and admin: who is in them can be root
		return ""
	}
	for _, name := range l.membersOf(gid) {
		if id, ok := l.numberOf(name); !ok || id != self && id != 0 && l.isPerson(id) {
			return name + " is in it"
		}
	}
	if !l.isWhole && gid != self && !l.isSystem(gid) {
		return "nobody here can tell who is in it"
	}
	return ""
}

// isShared reports whether a group has somebody in it who is neither self nor root.
func (l *logins) isShared(gid, self int) bool {
	for _, name := range l.membersOf(gid) {
		if id, ok := l.numberOf(name); !ok || id != self && id != 0 {
			return true
		}
	}
	return !l.isWhole && gid != self && gid != 0
}

// membersOf are those whose primary group it is, and the others.
func (l *logins) membersOf(gid int) []string {
	in := slices.Clone(l.groups[gid].members)
	for _, u := range l.users {
		if u.group == gid {
			in = append(in, u.name)
		}
	}
	slices.Sort(in)
	return slices.Compact(in)
}

// isSystem reports whether a group is that of a system account: it has its name.
func (l *logins) isSystem(gid int) bool {
	id, ok := l.numberOf(l.groups[gid].name)
	return ok && l.users[id].group == gid && !l.isPerson(id)
}

func (l *logins) numberOf(name string) (int, bool) {
	for id, u := range l.users {
		if u.name == name {
			return id, true
		}
	}
	return 0, false
}

func (l *logins) userName(id int) string {
	if u, ok := l.users[id]; ok {
		return u.name
	}
	return "the user " + strconv.Itoa(id)
}

func (l *logins) groupName(id int) string {
	if g, ok := l.groups[id]; ok {
		return g.name
	}
	return strconv.Itoa(id)
}

// primaryGroup is the group of a user, by its number where it has no name.
func (l *logins) primaryGroup(id int) string {
	if u, ok := l.users[id]; ok {
		return l.groupName(u.group)
	}
	return strconv.Itoa(id)
}

//go:build unix

package trusted

import (
	"errors"
	"io"
	"io/fs"
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
	numbers  map[string]int // of users, by name: one number may have several names
	primary  map[int][]string
	groups   map[int]group
	isWhole  bool // do the files tell all, or are there users and members of a directory as well
	isBroken bool // the files can't be read, or not to their ends: no group is trusted
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
	l := &logins{users: map[int]user{}, numbers: map[string]int{}, primary: map[int][]string{}, groups: map[int]group{}}
	l.isWhole = hasOnlyFiles(filepath.Join(folder, "nsswitch.conf"))
	l.firstUID = firstUID(filepath.Join(folder, "login.defs"))
	passwd := eachRecord(filepath.Join(folder, "passwd"), l.addUser)
	group := eachRecord(filepath.Join(folder, "group"), l.addGroup)
	l.isBroken = errors.Join(passwd, group) != nil
	return l
}

// addUser takes in the fields name, password, number, group, comment, home and shell. The
// first of a number gives it its name.
func (l *logins) addUser(f []string) {
	l.noteDirectory(f[0])
	id, ok := numberAt(f, 2)
	if !ok || len(f) < 7 {
		return
	}
	gid, _ := numberAt(f, 3)
	l.numbers[f[0]] = id
	l.primary[gid] = append(l.primary[gid], f[0])
	if _, ok := l.users[id]; !ok {
		l.users[id] = user{f[0], f[6], gid}
	}
}

// addGroup takes in the fields name, password, number and members. Some systems have one
// group in several lines.
func (l *logins) addGroup(f []string) {
	l.noteDirectory(f[0])
	id, ok := numberAt(f, 2)
	if !ok || len(f) < 4 {
		return
	}
	g := l.groups[id]
	g.name = f[0]
	g.members = append(g.members, strings.FieldsFunc(f[3], func(r rune) bool { return r == ',' })...)
	l.groups[id] = g
}

// noteDirectory notes that a name stands for others of NIS.
func (l *logins) noteDirectory(name string) {
	if strings.HasPrefix(name, "+") {
		l.isWhole = false
	}
}

// firstUID is the first number of a person: by the system's custom, or an earlier one
// that login.defs names.
func firstUID(loginDefs string) int {
	first := 1000
	if runtime.GOOS == "darwin" {
		first = 500
	}
	eachSetting(loginDefs, func(f []string) {
		if n, ok := numberAt(f, 1); ok && f[0] == "UID_MIN" && n > 0 {
			first = min(first, n)
		}
	})
	return first
}

// sources are where a name service switch finds no people but those of the files.
// Users of systemd are services, or of its homes: see isPerson and hasRecords.
var sources = []string{"files", "compat", "db", "altfiles", "systemd"}

// hasOnlyFiles reports whether a name service switch asks nothing but local files
// for users and who is in which group. Without it musl asks the files, and macOS its own
// directory. Fedora names SSSD in it, whether it runs or not.
func hasOnlyFiles(file string) bool {
	only := runtime.GOOS != "darwin"
	_, err := os.Lstat("/var/lib/sss/pipes/nss")
	hasSSSD := err == nil
	isElsewhere := func(source string) bool {
		switch {
		case strings.HasPrefix(source, "["), source == "sss" && !hasSSSD:
			return false
		case source == "systemd":
			return hasRecords()
		}
		return !slices.Contains(sources, source)
	}
	err = eachSetting(file, func(f []string) {
		if slices.Contains([]string{"passwd:", "group:", "initgroups:"}, f[0]) && slices.ContainsFunc(f[1:], isElsewhere) {
			only = false
		}
	})
	return only && err == nil
}

// hasRecords reports whether systemd knows users by records, which can put them into
// groups: of its homes, or that were dropped in.
func hasRecords() bool {
	for _, pattern := range []string{"/var/lib/systemd/home/*.identity", "/etc/userdb/*", "/run/userdb/*", "/run/host/userdb/*", "/usr/lib/userdb/*"} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return true
		}
	}
	return false
}

// eachRecord yields the fields of each line of /etc/passwd or /etc/group. A number sign
// begins a comment only where it begins the line: people put it into their own names.
func eachRecord(file string, yield func(fields []string)) error {
	return eachLine(file, func(line string) {
		if !strings.HasPrefix(line, "#") {
			yield(strings.Split(line, ":"))
		}
	})
}

// eachSetting yields the words of each line that has some, without its comment.
func eachSetting(file string, yield func(words []string)) error {
	return eachLine(file, func(line string) {
		text, _, _ := strings.Cut(line, "#")
		if words := strings.Fields(text); len(words) > 0 {
			yield(words)
		}
	})
}

var errLongLogins = errors.New("longer than any list of users")

// eachLine yields the lines of a file, of none where there is no file. Of a file that it
// can't read to the end it yields none, and returns an error.
func eachLine(file string, yield func(line string)) error {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxLogins+1))
	if err != nil {
		return err
	}
	if len(text) > maxLogins {
		return errLongLogins
	}
	for line := range strings.Lines(string(text)) {
		yield(strings.TrimRight(line, "\r\n"))
	}
	return nil
}

func numberAt(fields []string, i int) (int, bool) {
	if len(fields) <= i {
		return 0, false
	}
	n, err := strconv.Atoi(fields[i])
	return n, err == nil
}

// hasUser reports whether a user has a name here. Where the files don't tell all, it
// supposes so.
func (l *logins) hasUser(id int) bool {
	_, ok := l.users[id]
	return ok || !l.isWhole || l.isBroken
}

// isPerson reports whether somebody can act as a user. Who has no shell may be let in
// by SFTP; who has no name may be somebody in a user namespace of a person, by
// /etc/subuid.
func (l *logins) isPerson(id int) bool {
	if _, ok := l.users[id]; !ok {
		return l.hasUser(id) || !isService(id)
	}
	return id >= l.firstUID && id != overflowUser
}

// hasShell reports whether a user has a name and a shell to log in to.
func (l *logins) hasShell(id int) bool {
	u, ok := l.users[id]
	return ok && !slices.Contains([]string{"nologin", "false", "true", "sync"}, path.Base(u.shell))
}

// isService reports whether a number is one that systemd gives to a service while it
// runs.
func isService(id int) bool { return id >= 61184 && id <= 65519 }

// strangerIn says which person, other than self, is in a group, or "" where there
// is none. A name that is no user's counts where it can be one of a directory.
func (l *logins) strangerIn(gid, self int) string {
	if gid == 0 && runtime.GOOS != "linux" || runtime.GOOS == "darwin" && gid == 80 { // wheel and admin: who is in them can be root
		return ""
	}
	if l.isBroken {
		return "/etc/passwd and /etc/group can't be read to see who is in it"
	}
	for _, name := range l.membersOf(gid) {
		id, ok := l.numbers[name]
		if !ok && !l.isWhole || ok && id != self && id != 0 && l.isPerson(id) {
			return name + " is in it"
		}
	}
	if !l.isWhole && gid != self && gid != 0 && !l.isSystem(gid) {
		return "nobody here can tell who is in it"
	}
	return ""
}

// isShared reports whether a group has somebody in it who is neither self nor root.
func (l *logins) isShared(gid, self int) bool {
	for _, name := range l.membersOf(gid) {
		if id, ok := l.numbers[name]; ok && id != self && id != 0 || !ok && !l.isWhole {
			return true
		}
	}
	return (l.isBroken || !l.isWhole) && gid != self && gid != 0
}

// membersOf are those whose primary group it is, and the others.
func (l *logins) membersOf(gid int) []string {
	in := slices.Concat(l.primary[gid], l.groups[gid].members)
	slices.Sort(in)
	return slices.Compact(in)
}

// isSystem reports whether a group is that of a system account: it has its name.
func (l *logins) isSystem(gid int) bool {
	id, ok := l.numbers[l.groups[gid].name]
	return ok && l.users[id].group == gid && !l.isPerson(id)
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

// idOf is what commands take for a user: its name, or its number where it has none.
func (l *logins) idOf(id int) string {
	if u, ok := l.users[id]; ok {
		return u.name
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

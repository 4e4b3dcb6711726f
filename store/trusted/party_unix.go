//go:build unix

package trusted

import (
	"os"
	"strings"
	"sync"
	"time"
)

// A party is who we are, and on what kind of machine.
type party struct {
	self        int
	isContainer bool
	isRootless  bool // a user namespace in which root's files look like those of overflowUser
	isAndroid   bool
	isNFS       func(path string) bool
	hasNoModes  func(path string) bool // are the modes there made up by a mount, and not those of files
	logins      func() *logins
}

// overflowUser is who files seem to belong to whose owner has no number here: in a
// user namespace, and on NFS with root squash.
const overflowUser = 65534

func currentParty() *party {
	return &party{
		self: os.Geteuid(), isContainer: isContainer(), isRootless: isRootless(), isAndroid: isAndroid(),
		isNFS: isNFS, hasNoModes: hasNoModes, logins: systemLogins,
	}
}

// firstApp is the first number of an app on Android; what is below is the system's.
const firstApp = 10000

// standsForRoot reports whether an entry is as good as root's, though it looks like
// somebody else's. In a namespace others' look the same: so there it is none that
// others may have made, or can write.
func (p *party) standsForRoot(e entry) bool {
	switch {
	case p.isAndroid && e.owner < firstApp:
		return !e.added
	case e.owner != overflowUser:
		return false
	case p.self == 0 && p.isNFS(e.path):
		return true
	}
	return p.isRootless && e.mode.IsDir() && !e.added && (e.isSticky() || e.mode.Perm()&0o022 == 0)
}

// isContainer reports whether the program runs in a container, as its engine says:
// Docker, Podman, systemd-nspawn and LXC, Kubernetes.
var isContainer = sync.OnceValue(func() bool {
	for _, file := range []string{"/.dockerenv", "/run/.containerenv"} {
		if _, err := os.Lstat(file); err == nil {
			return true
		}
	}
	return os.Getenv("container") != "" || os.Getenv("KUBERNETES_SERVICE_HOST") != ""
})

// isAndroid reports whether the program runs in an app of Android's, as Termux.
var isAndroid = sync.OnceValue(func() bool {
	_, err := os.Lstat("/system/bin/app_process")
	return err == nil
})

// isRootless reports whether root has no number in our user namespace: each line of
// the map has the first number inside, the first outside, and how many.
var isRootless = sync.OnceValue(func() bool {
	text, err := os.ReadFile("/proc/self/uid_map")
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[1] == "0" {
			return false
		}
	}
	return len(text) > 0
})

// loginLife is for how long what was read of the system's users counts.
const loginLife = 10 * time.Second

var known struct {
	sync.Mutex
	*logins
	read time.Time
}

// systemLogins returns the users and groups of this system.
func systemLogins() *logins {
	known.Lock()
	defer known.Unlock()
	if known.logins == nil || time.Since(known.read) > loginLife {
		known.logins, known.read = readLogins("/etc"), time.Now()
	}
	return known.logins
}

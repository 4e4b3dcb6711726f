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
	isNFS       func(path string) bool
	logins      func() *logins
}

// overflowUser is who files seem to belong to whose owner has no number here: in a
// user namespace, and on NFS with root squash.
const overflowUser = 65534

func us() *party {
	return &party{self: os.Geteuid(), isContainer: isContainer(), isRootless: isRootless(), isNFS: isNFS, logins: systemLogins}
}

// standsForRoot reports whether an entry is root's, though it looks like nobody's.
// Of links and files there's no telling, as others' look the same in a namespace.
func (p *party) standsForRoot(e entry) bool {
	if e.owner != overflowUser {
		return false
	}
	return p.isRootless && e.mode.IsDir() || p.self == 0 && p.isNFS(e.path)
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

package program

import (
	"fmt"
	"strings"
)

type fdm struct{}

// Name is the program's name.
func (fdm) Name() string { return "fdm" }

// Version is the package's, because the program prints none.
func (fdm) Version() (string, error) { return packaged("fdm") }

// Configure writes fdm.conf and a cache for each account. The default for the size of a message
// is 32 MB.
func (fdm) Configure(t *Task) (remembers bool, err error) {
	var conf strings.Builder
	conf.WriteString(replace(`set lock-file "{lock}"
set verify-certificates
set maximum-size 1G
action "deliver" {kind} "{mail}/%a"
`, "lock", t.path("lock"), "kind", kind(t, "maildir", "mbox"), "mail", t.path("mail")))
	for _, a := range t.Accounts {
		conf.WriteString(replace(`account "{user}" pop3s server "{host}" port {port}
	user "{user}" pass "{password}" new-only cache "{cache}" keep
`, "user", a.User, "password", a.Password, "host", t.host(), "port", t.port(), "cache", t.path("cache-"+a.User)))
		if err := fdmCache(t, a); err != nil {
			return false, err
		}
	}
	return true, t.write("fdm.conf", conf.String()+"match all action \"deliver\"\n")
}

func fdmCache(t *Task, a Account) error {
	if len(a.Seen) == 0 {
		return nil
	}
	var cache strings.Builder
	for _, uid := range a.Seen {
		fmt.Fprintf(&cache, "%d %s\n", len(uid), uid)
	}
	return t.write("cache-"+a.User, cache.String())
}

// Args fetch all accounts, all at a time.
func (fdm) Args(t *Task) []string { return []string{"fdm", "-q", "-f", t.path("fdm.conf"), "fetch"} }

// Fine has nothing but 0.
func (fdm) Fine() []int { return nil }

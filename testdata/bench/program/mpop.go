package program

import (
	"fmt"
	"slices"
	"strings"
)

type mpop struct{}

// Name is the program's name.
func (mpop) Name() string { return "mpop" }

// Version asks the program.
func (mpop) Version() (string, error) { return versionOf("mpop", "--version") }

// Configure writes mpoprc and one file of UIDs for all accounts.
func (mpop) Configure(t *Task) (remembers bool, err error) {
	var rc strings.Builder
	rc.WriteString(replace(`defaults
host {host}
port {port}
tls on
tls_starttls off
tls_trust_file {ca}
keep on
uidls_file {uidls}
`, "host", t.host(), "port", t.port(), "ca", t.CAFile, "uidls", t.path("uidls")))
	var uidls strings.Builder
	for _, a := range t.Accounts {
		rc.WriteString(replace(`
account {user}
user {user}
password {password}
delivery {kind} {mailbox}
`, "user", a.User, "password", a.Password, "kind", kind(t, "maildir", "mbox"), "mailbox", t.Mailbox(a.User)))
		if len(a.Seen) > 0 {
			fmt.Fprintf(&uidls, " %d %s %s\n", len(a.Seen), t.host(), a.User)
			for _, uid := range slices.Sorted(slices.Values(a.Seen)) {
				uidls.WriteString(uid + "\n")
			}
		}
	}
	if uidls.Len() > 0 {
		err = t.write("uidls", uidls.String())
	}
	if err == nil {
		err = t.write("mpoprc", rc.String())
	}
	return true, err
}

// Args fetch all accounts, one after the other.
func (mpop) Args(t *Task) []string {
	return []string{"mpop", "--quiet", "--file=" + t.path("mpoprc"), "--all-accounts"}
}

// Fine has nothing but 0.
func (mpop) Fine() []int { return nil }

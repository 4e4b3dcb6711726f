package program

import (
	"strconv"
	"strings"
)

type popfetch struct{ path string }

// Name is the program's name.
func (popfetch) Name() string { return "popfetch" }

// Version asks the program.
func (p popfetch) Version() (string, error) { return versionOf(p.path, "--version") }

// Configure writes config.yaml. Its ledger is its own affair, so it has to fetch to remember.
func (popfetch) Configure(t *Task) (remembers bool, err error) {
	var text strings.Builder
	text.WriteString("accounts:\n")
	for _, a := range t.Accounts {
		text.WriteString(replace(`  {user}:
    server: {addr}
    tls_ca_file: {ca}
    user: {user}
    password: {password}
    {kind}: {mailbox}
`, "user", a.User, "password", a.Password, "addr", t.Addr, "ca", t.CAFile,
			"kind", kind(t, "maildir", "mbox"), "mailbox", t.Mailbox(a.User)))
		remembers = len(a.Seen) == 0
	}
	return remembers, t.write("config.yaml", text.String())
}

// Args run a sync.
func (p popfetch) Args(t *Task) []string {
	return []string{
		p.path, "--quiet", "--config", t.path("config.yaml"), "--state-dir", t.path("state"),
		"sync", "--jobs", strconv.Itoa(max(t.Jobs, 1)),
	}
}

// Fine has nothing but 0.
func (popfetch) Fine() []int { return nil }

// kind picks a word by the kind of mailbox.
func kind(t *Task, maildir, mbox string) string {
	if t.Mbox {
		return mbox
	}
	return maildir
}

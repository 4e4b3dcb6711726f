package program

import (
	"fmt"
	"strings"
	"time"
)

type getmail struct{}

// Name is the program's name.
func (getmail) Name() string { return "getmail6" }

// Version asks the program.
func (getmail) Version() (string, error) { return versionOf("getmail", "--version") }

// Configure writes a getmailrc for each account and what it calls oldmail files. The timeout is also
// how long getmail waits for a child that ended too soon, before it fails (its issue 226).
func (getmail) Configure(t *Task) (remembers bool, err error) {
	for _, a := range t.Accounts {
		rc := replace(`[retriever]
type = SimplePOP3SSLRetriever
server = {host}
port = {port}
username = {user}
password = {password}
ca_certs = {ca}
timeout = 60

[destination]
type = {kind}
path = {mailbox}

[options]
read_all = false
`, "host", t.host(), "port", t.port(), "user", a.User, "password", a.Password, "ca", t.CAFile,
			"kind", kind(t, "Maildir", "Mboxrd"), "mailbox", t.Mailbox(a.User)+kind(t, "/", ""))
		if err := t.write("getmailrc-"+a.User, rc); err != nil {
			return false, err
		}
		if len(a.Seen) == 0 {
			continue
		}
		var oldmail strings.Builder
		for _, uid := range a.Seen {
			fmt.Fprintf(&oldmail, "%s\x00%d\n", uid, time.Now().Unix())
		}
		if err := t.write(fmt.Sprintf("oldmail-%s-%s-%s", t.host(), t.port(), a.User), oldmail.String()); err != nil {
			return false, err
		}
	}
	return true, nil
}

// Args fetch all accounts, one after the other.
func (getmail) Args(t *Task) []string {
	args := []string{"getmail", "--quiet", "--getmaildir", t.Dir}
	for _, a := range t.Accounts {
		args = append(args, "--rcfile", t.path("getmailrc-"+a.User))
	}
	return args
}

// Fine has nothing but 0.
func (getmail) Fine() []int { return nil }

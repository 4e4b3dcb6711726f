// Package program knows how to set up and run popfetch and its peers for one job: each in the
// configuration that its documentation shows for it, with TLS and a trusted authority, the mail
// kept on the server, and all that it writes under one folder.
package program

import (
	"net"
	"os"
	"path/filepath"
	"strings"
)

// A Program is one of those that are compared.
type Program interface {
	Name() string
	// Version is what it calls itself; an error says that it isn't there.
	Version() (string, error)
	// Configure writes all that it needs for a task but the mailboxes, and what it remembers of the
	// messages that were fetched before. False means that it can't be told, and has to fetch them.
	Configure(t *Task) (remembers bool, err error)
	// Args are the command that fetches what is new.
	Args(t *Task) []string
	// Fine are the exit codes beside 0 that are no failure.
	Fine() []int
}

// A Task is what to fetch, and where to.
type Task struct {
	Dir      string // made already
	Addr     string // host and port of POP3S
	CAFile   string
	Accounts []Account
	Mbox     bool // instead of a Maildir
	Jobs     int  // accounts at a time, for a program that lets one choose
}

// An Account is one user of the server.
type Account struct {
	User, Password string
	Seen           []string // UIDs that were fetched before
}

// All are the programs, popfetch first. It is the binary of that name in dir.
func All(dir string) []Program {
	return []Program{
		popfetch{filepath.Join(dir, "popfetch")}, mpop{}, fdm{}, fetchmail{}, getmail{},
	}
}

// Environment is all that a program gets of it.
func Environment(t *Task, user string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.Dir, "TMPDIR=" + t.path("tmp"),
		"USER=" + user, "LOGNAME=" + user, "LC_ALL=C", "TZ=UTC",
		"FETCHMAILHOME=" + t.Dir,
		"SSL_CERT_FILE=" + t.CAFile, // fdm trusts what OpenSSL trusts
	}
}

// Mailbox is the path of an account's mailbox.
func (t *Task) Mailbox(user string) string { return t.path("mail", user) }

// MakeMailboxes makes empty mailboxes, and the folder for temporary files.
func (t *Task) MakeMailboxes() error {
	dirs := []string{t.path("tmp"), t.path("mail")}
	for _, a := range t.Accounts {
		for _, folder := range []string{"new", "cur", "tmp"} {
			if !t.Mbox {
				dirs = append(dirs, filepath.Join(t.Mailbox(a.User), folder))
			}
		}
	}
	for _, dir := range dirs {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	for _, a := range t.Accounts {
		if !t.Mbox {
			break
		}
		if err := os.WriteFile(t.Mailbox(a.User), nil, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// path returns the name of something in the task's folder.
func (t *Task) path(elem ...string) string {
	return filepath.Join(append([]string{t.Dir}, elem...)...)
}

// write writes a file into the task's folder.
func (t *Task) write(name, content string) error {
	return os.WriteFile(t.path(name), []byte(content), 0o600)
}

func (t *Task) host() string {
	host, _, _ := net.SplitHostPort(t.Addr)
	return host
}

func (t *Task) port() string {
	_, port, _ := net.SplitHostPort(t.Addr)
	return port
}

// replace fills words in braces into a text: name, value, name, value.
func replace(text string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		pairs[i] = "{" + pairs[i] + "}"
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

package command

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/command/term"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/store/storetest"
)

// A mishap is one row of the table: what the server or the machine does, and
// what becomes of the run that meets it. After it all is as it should be, and a
// run or two must end with every message exactly once.
type mishap struct {
	name    string
	harm    pop3d.Intercept
	prepare func(*faultRig)     // before the run, nil for nothing
	mend    func(*faultRig)     // after it
	config  string              // more lines of the account
	bare    bool                // the server ends all its lines with LF
	mail    []pop3d.Message     // four small ones, if nil
	body    func([]byte) []byte // what is stored of a message, where it isn't the message itself

	code    int    // exit code; -1 for any
	fresh   int    // messages that the run brings all the same; -1 for any number
	says    string // regular expression of what stderr has
	healthy int    // runs that it takes until all is well; 1 if 0
	lasts   bool   // the server is always like that
}

// A faultRig is a server with an account and its mailbox.
type faultRig struct {
	*testing.T
	server *pop3d.Server
	drop   *pop3d.Maildrop
	home   string
	mbox   bool
	box    string // the mailbox's name in home
}

const (
	faultUser     = "me"
	faultPassword = "secret"
)

func newFaultRig(t *testing.T, mbox, deletes bool, f mishap) *faultRig {
	mail := f.mail
	if mail == nil {
		mail = fourMails()
	}
	r := &faultRig{T: t, server: &pop3d.Server{BareLF: f.bare}, drop: pop3d.NewMaildrop(mail...), home: t.TempDir(), mbox: mbox, box: "mail"}
	r.server.SetUser(faultUser, faultPassword, r.drop)
	if err := r.server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.server.Close() })
	lines := []string{
		"server: " + r.server.Addr(), "tls: none", "user: " + faultUser, "password: " + faultPassword,
		map[bool]string{true: "delete: fetched", false: "delete: never"}[deletes],
		map[bool]string{true: "mbox: " + r.mailbox(), false: "maildir: " + r.mailbox()}[mbox],
	}
	if !strings.Contains(f.config, "timeout:") {
		lines = append(lines, "timeout: 20s")
	}
	if f.config != "" {
		lines = append(lines, strings.Split(f.config, "\n")...)
	}
	r.write("config.yaml", "accounts:\n  work:\n    "+strings.Join(lines, "\n    ")+"\n")
	return r
}

func fourMails() (mail []pop3d.Message) {
	for n := range 4 {
		text := fmt.Sprintf("Message-ID: <%d@example.org>\r\nSubject: message %d\r\n\r\nFrom me\r\n.\r\n%d\r\n", n+1, n+1, n+1)
		mail = append(mail, pop3d.Message{UID: fmt.Sprint("uid-", n+1), Body: []byte(text)})
	}
	return mail
}

// path is that of a file of the rig.
func (r *faultRig) path(name string) string { return filepath.Join(r.home, name) }

func (r *faultRig) mailbox() string { return r.path(r.box) }

func (r *faultRig) ledger() string { return r.path("state/work.ledger") }

func (r *faultRig) write(name, text string) {
	r.Helper()
	r.must(os.WriteFile(r.path(name), []byte(text), 0o600))
}

func (r *faultRig) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// sync is "popfetch sync", with what it prints.
func (r *faultRig) sync() (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = run(r.Context(), &term.UI{Out: &out, Err: &err},
		[]string{"popfetch", "-c", r.path("config.yaml"), "--state-dir", r.path("state"), "-v", "sync"})
	return code, out.String(), err.String()
}

// newIn reads how many messages a run says that it brought.
func newIn(stdout string) int {
	found := regexp.MustCompile(`(\d+) new message`).FindStringSubmatch(stdout)
	if found == nil {
		return 0
	}
	n, _ := strconv.Atoi(found[1])
	return n
}

// test meets the mishap and then sees that nothing was lost or came twice.
func (r *faultRig) test(f mishap) {
	want := r.texts(f)
	if f.prepare != nil {
		f.prepare(r)
	}
	r.server.SetIntercept(f.harm)
	code, stdout, stderr := r.sync()
	if f.code >= 0 && code != f.code || f.fresh >= 0 && newIn(stdout) != f.fresh {
		r.Errorf("exit code %d, want %d; %d new, want %d\n%s%s", code, f.code, newIn(stdout), f.fresh, stdout, stderr)
	}
	if !regexp.MustCompile(f.says).MatchString(stderr) {
		r.Errorf("it doesn't say %q:\n%s", f.says, stderr)
	}
	r.harmless(stdout + stderr)
	r.safe(want, f)
	if !f.lasts || len(r.drop.UIDs()) == 0 {
		r.server.SetIntercept(nil)
	}
	if f.mend != nil {
		f.mend(r)
	}
	for round := range max(f.healthy, 1) {
		code, stdout, stderr = r.sync()
		if last := round+1 >= f.healthy; last && code != exitOK {
			r.Errorf("afterwards: exit code %d\n%s%s", code, stdout, stderr)
		}
		r.harmless(stdout + stderr)
	}
	got, err := r.stored()
	r.must(err)
	if diff := cmp.Diff(want, got); diff != "" {
		r.Errorf("the mailbox, - want, + got:\n%s", diff)
	}
}

// texts are the messages on the server, as they are to be stored.
func (r *faultRig) texts(f mishap) (texts []string) {
	for _, m := range r.drop.Messages() {
		body := m.Body
		if len(body) > 0 && !bytes.HasSuffix(body, []byte("\r\n")) {
			body = append(slices.Clip(body), "\r\n"...)
		}
		if f.body != nil {
			body = f.body(body)
		}
		texts = append(texts, string(bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n"))))
	}
	slices.Sort(texts)
	return texts
}

// stored are the messages in the mailbox.
func (r *faultRig) stored() (texts []string, err error) {
	read := storetest.ReadMaildir
	if r.mbox {
		read = storetest.ReadMbox
	}
	if _, err := os.Stat(r.mailbox()); os.IsNotExist(err) {
		return nil, nil
	}
	if info, err := os.Lstat(r.mailbox()); err != nil || r.mbox && !info.Mode().IsRegular() {
		return nil, err // it may be one that would keep us waiting
	}
	messages, err := read(r.mailbox())
	for _, m := range messages {
		texts = append(texts, string(m))
	}
	slices.Sort(texts)
	return texts, err
}

// safe sees that what is no more on the server is in the mailbox.
func (r *faultRig) safe(all []string, f mishap) {
	left := r.texts(f)
	got, err := r.stored()
	if err != nil {
		return // the mailbox is what is at fault
	}
	for _, text := range all {
		if !slices.Contains(left, text) && !slices.Contains(got, text) {
			r.Errorf("deleted on the server, and not in the mailbox:\n%s", text)
		}
	}
}

// harmless sees that nothing in the output could act upon a terminal.
func (r *faultRig) harmless(output string) {
	for _, c := range output {
		if c != '\n' && term.IsHarmful(c) {
			r.Errorf("%q is in the output:\n%q", c, output)
			return
		}
	}
}

// meet runs the rows of a table, each with the kinds of mailboxes, keeping and
// deleting what is fetched. One after the other: package cli has variables that
// all runs in one process share.
func meet(t *testing.T, faults []mishap) {
	for _, f := range faults {
		for _, mbox := range []bool{false, true} {
			for _, deletes := range []bool{false, true} {
				name := f.name + map[bool]string{true: " mbox", false: " maildir"}[mbox] + map[bool]string{true: " delete", false: ""}[deletes]
				t.Run(name, func(t *testing.T) {
					newFaultRig(t, mbox, deletes, f).test(f)
				})
			}
		}
	}
}

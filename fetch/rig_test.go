package fetch

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/auth"
	"popfetch/fetch/dial"
	"popfetch/fetch/match"
	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/ledger"
	"popfetch/store/maildir"
	"popfetch/store/mbox"
	"popfetch/store/storetest"
)

// A rig is an account with all that a sync of it needs: a server that runs in
// the test, a state folder and a mailbox.
type rig struct {
	t      testing.TB
	root   string
	mbox   bool // else a Maildir
	drop   *pop3d.Maildrop
	server *pop3d.Server
	rules  Rules
	notes  []string

	wrap func(store.Mailbox) store.Mailbox // nil for none
}

const (
	rigUser     = "me"
	rigPassword = "secret"
)

// newRig starts a server with these messages.
func newRig(t testing.TB, messages ...pop3d.Message) *rig {
	t.Helper()
	return newRigOn(t, &pop3d.Server{}, messages...)
}

// newRigOn starts this server with these messages.
func newRigOn(t testing.TB, server *pop3d.Server, messages ...pop3d.Message) *rig {
	t.Helper()
	noLeaks(t)
	r := &rig{t: t, root: t.TempDir(), drop: pop3d.NewMaildrop(messages...), server: server}
	server.SetUser(rigUser, rigPassword, r.drop)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return r
}

// renew begins anew with these messages on the server.
func (r *rig) renew(messages ...pop3d.Message) {
	r.t.Helper()
	r.root, r.notes = r.t.TempDir(), nil
	r.drop.Remove(r.drop.UIDs()...)
	r.drop.Add(messages...)
	r.fault()
}

// noLeaks checks at the end of the test that no more goroutines run than now.
func noLeaks(t testing.TB) {
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		deadline := time.Now().Add(10 * time.Second)
		for runtime.NumGoroutine() > before {
			if time.Now().After(deadline) {
				stacks := make([]byte, 1<<16)
				t.Errorf("goroutines are left:\n%s", stacks[:runtime.Stack(stacks, true)])
				return
			}
			time.Sleep(time.Millisecond)
		}
	})
}

// both runs a test with a Maildir and with an mbox.
func both(t *testing.T, test func(t *testing.T, r *rig)) {
	for _, kind := range []string{"maildir", "mbox"} {
		t.Run(kind, func(t *testing.T) {
			r := newRig(t)
			r.mbox = kind == "mbox"
			test(t, r)
		})
	}
}

// message is a message with a header that is its own.
func message(uid string) pop3d.Message { return messageOf(uid, uid) }

// messageOf is a message whose header and body tell its name, under any UID.
func messageOf(uid, name string) pop3d.Message {
	return pop3d.Message{UID: uid, Body: []byte(textOf(name))}
}

func textOf(name string) string {
	return "Received: from " + name + " by here\r\nMessage-ID: <" + name + "@example.org>\r\nSubject: " + name + "\r\n\r\nFrom here\r\n.\r\n" + name + "\r\n"
}

// stored is a message as it is to be found in the mailbox. The server ends the
// last line with CRLF, if it doesn't.
func stored(body []byte) string {
	text := string(body)
	if text != "" && !strings.HasSuffix(text, "\r\n") {
		text += "\r\n"
	}
	return strings.ReplaceAll(text, "\r\n", "\n")
}

// digestsOf are those of a message as the server sends it.
func digestsOf(text string) ledger.Digests {
	var d match.Digester
	d.Reset()
	d.Write([]byte(text))
	return d.Prints().Digests
}

func storedText(name string) string { return stored([]byte(textOf(name))) }

func newReader(text string) io.Reader { return strings.NewReader(text) }

// messages are those with the names 1 to n.
func messages(n int) []pop3d.Message {
	list := make([]pop3d.Message, n)
	for i := range list {
		list[i] = message(fmt.Sprintf("m%04d", i+1))
	}
	return list
}

// fault sets what the server does wrong from now on.
func (r *rig) fault(faults ...pop3d.Intercept) { r.server.SetIntercept(fault.Chain(faults...)) }

// job is a job that only lacks ledger and mailbox.
func (r *rig) job() *Job { return jobFor(r.server.Addr(), r.rules) }

func jobFor(addr string, rules Rules) *Job {
	host, port, _ := net.SplitHostPort(addr)
	number, _ := strconv.Atoi(port)
	return &Job{
		Server: dial.Server{Host: host, Port: number, Security: dial.None, ConnectTimeout: 10 * time.Second},
		Login: auth.Credentials{
			User:     rigUser,
			Password: func(context.Context) (string, error) { return rigPassword, nil },
		},
		Client: pop3.Options{Timeout: 20 * time.Second},
		Rules:  rules,
	}
}

// An account is the local side of a rig, open.
type account struct {
	state  *durable.Dir
	ledger *ledger.Ledger
	box    store.Mailbox
}

// openAccount does what "popfetch sync" does before it calls Run.
func openAccount(root string, useMbox bool) (a *account, err error) {
	a = &account{}
	if a.state, _, err = durable.MakeDir(filepath.Join(root, "state")); err != nil {
		return nil, &store.Error{Op: "make the state folder", Err: err}
	}
	if a.ledger, err = ledger.Open(a.state, "work", 0); err != nil {
		a.state.Close()
		return nil, err
	}
	if useMbox {
		options := &mbox.Options{LockTimeout: 5 * time.Second}
		a.box, err = mbox.Open(mailboxOf(root, true), a.state, "work.spool", a.ledger.ID(), options)
	} else {
		a.box, err = maildir.Open(mailboxOf(root, false), a.ledger.ID())
	}
	if err != nil {
		a.ledger.Close()
		a.state.Close()
		return nil, err
	}
	return a, nil
}

func mailboxOf(root string, useMbox bool) string {
	if useMbox {
		return filepath.Join(root, "mail", "mbox")
	}
	return filepath.Join(root, "Maildir")
}

func (a *account) close() {
	a.box.Close()
	a.ledger.Close()
	a.state.Close()
}

// run is one sync, with the account opened before and closed after it.
func (r *rig) run() (Report, error) { return r.runUntil(context.Background()) }

func (r *rig) runUntil(ctx context.Context) (Report, error) { return r.runJob(ctx, r.job()) }

func (r *rig) runJob(ctx context.Context, j *Job) (Report, error) {
	r.t.Helper()
	a, err := openAccount(r.root, r.mbox)
	if err != nil {
		return Report{}, err
	}
	defer a.close()
	j.Ledger, j.Mailbox = a.ledger, a.box
	if r.wrap != nil {
		j.Mailbox = r.wrap(a.box)
	}
	j.Note = func(format string, args ...any) { r.notes = append(r.notes, fmt.Sprintf(format, args...)) }
	return Run(ctx, j)
}

// sync is a run that must succeed and bring so many messages.
func (r *rig) sync(fresh int) Report {
	r.t.Helper()
	report, err := r.run()
	if err != nil {
		r.t.Fatalf("run: %v", err)
	}
	if report.New != fresh {
		r.t.Errorf("%d new messages, want %d", report.New, fresh)
	}
	return report
}

// has checks that exactly these messages, by their names, are in the mailbox,
// each as it was sent, and that nothing is left of what was under way.
func (r *rig) has(names ...string) {
	r.t.Helper()
	var want []string
	for _, name := range names {
		want = append(want, storedText(name))
	}
	r.hasTexts(want...)
}

// hasTexts checks the same for messages as they are stored.
func (r *rig) hasTexts(want ...string) {
	r.t.Helper()
	got, err := readBox(r.root, r.mbox)
	if err != nil {
		r.t.Fatal(err)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		r.t.Errorf("the mailbox, - want, + got:\n%s", diff)
	}
	if left := leftovers(r.root); len(left) > 0 {
		r.t.Errorf("left behind: %v", left)
	}
}

func readBox(root string, useMbox bool) ([]string, error) {
	read := storetest.ReadMaildir
	if useMbox {
		read = storetest.ReadMbox
	}
	texts, err := read(mailboxOf(root, useMbox))
	list := make([]string, len(texts))
	for i, text := range texts {
		list[i] = string(bytes.Clone(text))
	}
	return list, err
}

// leftovers are files that no run that came to its end leaves.
func leftovers(root string) (left []string) {
	for _, pattern := range []string{"Maildir/tmp/*", "state/*.spool.*", "state/*.new", "mail/*.lock*"} {
		names, _ := filepath.Glob(filepath.Join(root, pattern))
		left = append(left, names...)
	}
	return left
}

// onServer checks the UIDs that are on the server.
func (r *rig) onServer(uids ...string) {
	r.t.Helper()
	if diff := cmp.Diff(uids, r.drop.UIDs()); diff != "" && len(uids)+len(r.drop.UIDs()) > 0 {
		r.t.Errorf("on the server, - want, + got:\n%s", diff)
	}
}

// known returns the ledger as it is.
func (r *rig) known() *ledger.Ledger {
	r.t.Helper()
	state, err := durable.OpenDir(filepath.Join(r.root, "state"))
	if err != nil {
		r.t.Fatal(err)
	}
	defer state.Close()
	l, err := ledger.Read(state, "work")
	if err != nil {
		r.t.Fatal(err)
	}
	return l
}

// entry returns what the ledger knows of a UID.
func (r *rig) entry(uid string) ledger.Entry {
	r.t.Helper()
	e, _ := r.known().Lookup(ledger.MakeKey(uid, 1))
	return e
}

// write writes records into the ledger, between two runs.
func (r *rig) write(records ...ledger.Record) error {
	a, err := openAccount(r.root, r.mbox)
	if err != nil {
		return err
	}
	defer a.close()
	return a.ledger.Append(records...)
}

// forget makes the ledger forget these UIDs, and with them all pauses.
func (r *rig) forget(uids ...string) {
	r.t.Helper()
	var records []ledger.Record
	for _, uid := range uids {
		records = append(records, ledger.Record{Kind: ledger.Forgot, Time: time.Now(), Key: ledger.MakeKey(uid, 1)})
	}
	if err := r.write(records...); err != nil {
		r.t.Fatal(err)
	}
}

// commands are what the server was told in its last session, by verb if that
// is given.
func (r *rig) commands(verb string) (commands []string) {
	sessions := r.server.Sessions()
	for _, c := range sessions[len(sessions)-1].Commands {
		if strings.HasPrefix(c, verb) {
			commands = append(commands, c)
		}
	}
	return commands
}

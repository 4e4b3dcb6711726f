package fetch

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/dial"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store/durable"
	"popfetch/store/ledger"
)

func TestMaildropName(t *testing.T) {
	for _, tc := range []struct {
		host, user, want string
		port             int
	}{
		{"pop.example.org", "me", "me@pop.example.org", 995},
		{"POP.Example.org.", "Me@example.org", "Me@example.org@pop.example.org", 110},
		{"pop.example.org", "me", "me@pop.example.org:1995", 1995},
		{"BÜCHER.example", "me", "me@xn--bcher-kva.example", 995},
		{"::1", "me", "me@::1", 110},
		{"::1", "me", "me@[::1]:41234", 41234},
	} {
		if got := MaildropName(&dial.Server{Host: tc.host, Port: tc.port}, tc.user); got != tc.want {
			t.Errorf("%s %d: %s, want %s", tc.host, tc.port, got, tc.want)
		}
	}
}

// A moveKind tells how messages look: with a header that identifies them or not.
var moveKinds = map[string]func(uid, name string) pop3d.Message{
	"Received": messageOf,
	"no Received": func(uid, name string) pop3d.Message {
		return pop3d.Message{UID: uid, Body: []byte("Subject: alarm\r\n\r\n" + name + "\r\n")}
	},
}

// changes are ways in which an account's server or user changes.
var changes = map[string]func(r *rig, drop *pop3d.Maildrop) *Job{
	"user": func(r *rig, drop *pop3d.Maildrop) *Job {
		r.server.SetUser("you", rigPassword, drop)
		j := r.job()
		j.Login.User = "you"
		return j
	},
	"server": func(r *rig, drop *pop3d.Maildrop) *Job {
		server := &pop3d.Server{Intercept: r.server.Intercept}
		server.SetUser(rigUser, rigPassword, drop)
		if err := server.Start(); err != nil {
			r.t.Fatal(err)
		}
		r.t.Cleanup(func() { server.Close() })
		return jobFor(server.Addr(), r.rules)
	},
}

// everyChange runs a test for every kind of change, server and message.
func everyChange(t *testing.T, test func(t *testing.T, r *rig, change func(*pop3d.Maildrop) *Job, message func(uid, name string) pop3d.Message)) {
	for name, server := range servers {
		for kind, message := range moveKinds {
			for what, change := range changes {
				t.Run(strings.Join([]string{name, kind, what}, "/"), func(t *testing.T) {
					r := newRig(t)
					r.fault(server)
					test(t, r, func(drop *pop3d.Maildrop) *Job { return change(r, drop) }, message)
				})
			}
		}
	}
}

// syncJob is a sync of a job that must succeed and bring so many messages.
func (r *rig) syncJob(j *Job, fresh int) Report {
	r.t.Helper()
	report, err := r.runJob(r.t.Context(), j)
	if err != nil {
		r.t.Fatal(err)
	}
	if report.New != fresh {
		r.t.Errorf("%d new messages, want %d", report.New, fresh)
	}
	return report
}

// TestMovedServer has another server, or user, with the same messages: under the
// same UIDs, other ones, or each other's. None comes twice, and what is deleted is
// proved to lie in the mailbox.
func TestMovedServer(t *testing.T) {
	uids := map[string]func(i int) string{
		"same":   func(i int) string { return strconv.Itoa(i) },
		"other":  func(i int) string { return fmt.Sprint("other", i) },
		"turned": func(i int) string { return strconv.Itoa(5 - i) },
	}
	everyChange(t, func(t *testing.T, r *rig, change func(*pop3d.Maildrop) *Job, message func(uid, name string) pop3d.Message) {
		for how, uid := range uids {
			r.renewKeeping()
			drop := pop3d.NewMaildrop()
			var want []string
			for i := range 4 {
				name := fmt.Sprint("m", i+1)
				r.drop.Add(message(strconv.Itoa(i+1), name))
				drop.Add(message(uid(i+1), name))
				want = append(want, stored(message("", name).Body))
			}
			r.sync(4)
			drop.Add(message("new", "new"))
			want = append(want, stored(message("", "new").Body))
			j := change(drop)
			r.syncJob(j, 1)
			if n := r.noted("server or user has changed"); n != 1 {
				t.Errorf("%s: told %d times: %q", how, n, r.notes)
			}
			r.notes = nil
			r.syncJob(j, 0)
			if n := r.noted("server or user has changed"); n > 0 {
				t.Errorf("%s: told again", how)
			}
			r.hasTexts(want...)
			j.Rules.Delete.When = AtOnce
			if report := r.syncJob(j, 0); report.Deleted != 5 || drop.Len() > 0 {
				t.Errorf("%s: %d deleted, %d left", how, report.Deleted, drop.Len())
			}
		}
	})
}

// TestOtherMaildrop has another maildrop with UIDs that are the same by chance: all of
// its messages are fetched, and what the first one owed isn't taken from it.
func TestOtherMaildrop(t *testing.T) {
	everyChange(t, func(t *testing.T, r *rig, change func(*pop3d.Maildrop) *Job, message func(uid, name string) pop3d.Message) {
		for _, rules := range []Rules{{}, {Delete: Delete{When: AtOnce}}, {Start: Start{Skip: true, Last: 2}}} {
			r.renewKeeping()
			drop := pop3d.NewMaildrop()
			var want []string
			for i := range 4 {
				uid := strconv.Itoa(i + 1)
				r.drop.Add(message(uid, "first"+uid))
				drop.Add(message(uid, "other"+uid)) // of the same size
				want = append(want, stored(message("", "other"+uid).Body))
				if !rules.Start.Skip || i >= 2 {
					want = append(want, stored(message("", "first"+uid).Body))
				}
			}
			r.rules = Rules{Start: rules.Start}
			if _, err := r.run(); err != nil {
				t.Fatal(err)
			}
			j := change(drop)
			j.Rules.Delete = rules.Delete
			if report := r.syncJob(j, 4); (report.Deleted > 0) != (rules.Delete.When == AtOnce) {
				t.Errorf("%d deleted", report.Deleted)
			}
			r.hasTexts(want...)
			r.syncJob(j, 0)
			r.hasTexts(want...)
		}
	})
}

// renewKeeping is renew with the fault that there is.
func (r *rig) renewKeeping() {
	intercept := r.server.Intercept
	r.renew()
	r.server.SetIntercept(intercept)
	r.rules = Rules{}
}

// noted is how many notes say so.
func (r *rig) noted(text string) (n int) {
	for _, note := range r.notes {
		if strings.Contains(note, text) {
			n++
		}
	}
	return n
}

// TestFindLedger asks the server which of two ledgers agrees with its listing.
func TestFindLedger(t *testing.T) {
	kept := func(names ...string) (records []ledger.Record) {
		for _, name := range names {
			records = append(records, ledger.Record{Kind: ledger.Kept, Time: time.Now(), Key: ledger.MakeKey(name, 1), Digests: digestsOf(textOf(name))})
		}
		return records
	}
	gone := append(kept("a"), ledger.Record{Kind: ledger.Gone, Time: time.Now(), Key: "a"})
	tests := map[string]struct {
		first, second []ledger.Record
		listed        []string
		want          string // the account
	}{
		"the one that knows more":   {kept("a", "x"), kept("a", "b"), []string{"a", "b"}, "second"},
		"the first of equals":       {kept("a", "x"), kept("b", "y"), []string{"a", "b"}, "first"},
		"neither":                   {kept("x"), kept("y"), []string{"a", "b"}, ""},
		"an empty ledger":           {kept("x"), nil, []string{"a", "b"}, "second"},
		"one with nothing there":    {kept("x"), gone, []string{"b"}, "second"},
		"an empty maildrop":         {kept("x"), kept("y"), nil, "first"},
		"knowledge before an empty": {nil, kept("a"), []string{"a", "b"}, "second"},
	}
	faults := map[string]pop3d.Intercept{
		"": fault.Chain(), "LIST hangs up": fault.When(fault.Verb("LIST"), fault.HangUp()),
	}
	for name, tc := range tests {
		for harm, intercept := range faults {
			t.Run(name+"/"+harm, func(t *testing.T) {
				r := newRig(t)
				for _, name := range tc.listed {
					r.drop.Add(message(name))
				}
				r.fault(intercept)
				first, second := r.ledgerOf("first", tc.first), r.ledgerOf("second", tc.second)
				best, err := r.job().FindLedger(t.Context(), []*ledger.Ledger{first, second})
				if err != nil {
					t.Fatal(err)
				}
				got := ""
				if best != nil {
					got = best.Account()
				}
				if got != tc.want {
					t.Errorf("it is %q, not %q", got, tc.want)
				}
			})
		}
	}
}

// TestFindLedgerWithoutUIDs has a server without UIDL, and one that has given all
// messages other UIDs.
func TestFindLedgerWithoutUIDs(t *testing.T) {
	for name, isMove := range map[string]bool{"no UIDL": false, "other UIDs": true} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, messages(3)...)
			if !isMove {
				r.fault(fault.When(fault.Verb("UIDL"), fault.Refuse("unknown command")))
			}
			r.sync(3)
			if isMove {
				r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("other", i) })
			}
			ledgers := []*ledger.Ledger{r.known()}
			if best, err := r.job().FindLedger(t.Context(), ledgers); err != nil || best != ledgers[0] {
				t.Errorf("%v, %v", best, err)
			}
			r.drop.Remove(r.drop.UIDs()...)
			r.drop.Add(message("x"))
			if best, err := r.job().FindLedger(t.Context(), ledgers); err != nil || best != nil {
				t.Errorf("other messages: %v, %v", best, err)
			}
		})
	}
}

// TestFindLedgerDenied writes down that the login was refused.
func TestFindLedgerDenied(t *testing.T) {
	r := newRig(t)
	j := r.job()
	j.Login.Password = func(context.Context) (string, error) { return "wrong", nil }
	l := r.ledgerOf("first", nil)
	if _, err := j.FindLedger(t.Context(), []*ledger.Ledger{l}); err == nil || l.Summary().Denials != 1 {
		t.Errorf("%v, %+v", err, l.Summary())
	}
}

// ledgerOf returns the ledger of another account of this server and user.
func (r *rig) ledgerOf(account string, records []ledger.Record) *ledger.Ledger {
	r.t.Helper()
	state, _, err := durable.MakeDir(filepath.Join(r.root, "state"))
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { state.Close() })
	l, err := ledger.Open(state, account, 0)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { l.Close() })
	j := r.job()
	if _, err := l.EnterMaildrop(MaildropName(&j.Server, j.Login.User)); err != nil {
		r.t.Fatal(err)
	}
	if err := l.Append(records...); err != nil {
		r.t.Fatal(err)
	}
	return l
}

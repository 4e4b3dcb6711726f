package fetch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"popfetch/config/secret/conceal"
	"popfetch/fetch/dial"
	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// ledgerText is all that the ledger has.
func (r *rig) ledgerText() string {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.root, "state", "work.ledger"))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}

const leaked = "hunter2-of-mine"

// leakyJob is a job with a password that no message has.
func (r *rig) leakyJob() *Job {
	r.server.SetUser(rigUser, leaked, r.drop)
	j := r.job()
	j.Login.Password = func(context.Context) (string, error) { return leaked, nil }
	return j
}

// What one connection has heard of the password is hidden on the next, from its
// greeting on.
func TestConcealsFromConnectionToConnection(t *testing.T) {
	defer func(pauses []time.Duration) { inUsePauses = pauses }(inUsePauses)
	inUsePauses = []time.Duration{time.Millisecond, time.Millisecond}
	r := newRig(t, message("a"))
	j := r.leakyJob()
	r.fault(
		fault.When(fault.InSession(1), fault.When(fault.Verb("AUTH"), fault.Refuse("[IN-USE] wait"))),
		fault.When(fault.Verb(pop3d.Greeting), fault.When(fault.InSession(2), fault.Refuse("your password was "+leaked))),
	)
	_, err := r.runJob(t.Context(), j)
	if refused, ok := errors.AsType[*pop3.Error](err); !ok || refused.Command != "greeting" || refused.Text != conceal.Hidden {
		t.Errorf("got %v", err)
	}
}

// What the server offered isn't remembered if a secret is among it.
func TestConcealsWhatIsOffered(t *testing.T) {
	r := newRig(t, message("a"))
	offering := func(implementation string) pop3d.Intercept {
		return fault.When(fault.Verb("CAPA"), fault.Answer("+OK", "UIDL", "TOP", "SASL PLAIN", "IMPLEMENTATION "+implementation, "."))
	}
	for i, told := range []string{leaked, "686e74" + fmt.Sprintf("%x", leaked)} {
		r.fault(offering(told))
		if report, err := r.runJob(t.Context(), r.leakyJob()); err != nil {
			t.Fatalf("%+v, %v", report, err)
		}
		if text := r.ledgerText(); strings.Contains(text, told) || strings.Contains(text, "IMPLEMENTATION") {
			t.Errorf("the ledger has\n%s", text)
		}
		r.mustHaveSaid([]string{"CAPA AUTH CAPA UIDL LIST RETR QUIT", "CAPA AUTH CAPA UIDL LIST QUIT"}[i])
	}
	r.fault(offering("pop3d"))
	for range 2 {
		if _, err := r.runJob(t.Context(), r.leakyJob()); err != nil {
			t.Fatal(err)
		}
	}
	r.mustHaveSaid("AUTH CAPA UIDL LIST QUIT")
}

// A UID that holds the password is shown nowhere, and stays the name of its message
// when the password changes.
func TestConcealsUIDs(t *testing.T) {
	uid := "<" + strings.ToUpper(leaked) + ">"
	r := newRig(t, message(uid), message("b"))
	r.fault(fault.When(fault.Verb("RETR"), fault.Refuse("no")))
	report, err := r.runJob(t.Context(), r.leakyJob())
	if len(report.Failed) != 2 || report.Failed[0].UID != conceal.Hidden || report.Failed[1].UID != "b" || err != nil {
		t.Errorf("%+v, %v", report, err)
	}
	r.renew(message(uid), message("b"))
	r.fault(fault.When(fault.Verb("RETR"), fault.HangUp()))
	report, err = r.runJob(t.Context(), r.leakyJob())
	if err == nil || !strings.Contains(err.Error(), `(uid "***")`) || !errors.Is(err, pop3.ErrHungUp) {
		t.Errorf("%+v, %v", report, err)
	}
	r.fault()
	if report, err = r.runJob(t.Context(), r.leakyJob()); report.New != 2 || err != nil {
		t.Errorf("%+v, %v", report, err)
	}
	r.server.SetUser(rigUser, rigPassword, r.drop)
	r.sync(0)
	r.has(uid, "b")
}

// Notes name no UID that holds the password.
func TestConcealsNotes(t *testing.T) {
	j := newRig(t).leakyJob().askingOnce(t.Context())
	if _, err := j.Login.Password(t.Context()); err != nil {
		t.Fatal(err)
	}
	var told string
	j.Note = func(format string, args ...any) { told = fmt.Sprintf(format, args...) }
	j.reportNote("uid %q and uid %q: %d", leaked, "b", 3)
	if told != `uid "***" and uid "b": 3` {
		t.Errorf("got %s", told)
	}
}

// Names in a certificate are the server's words.
func TestConcealsCertificates(t *testing.T) {
	j := &Job{}
	j.Client.Secrets = conceal.New("me", "pop.example.org")
	j.Client.Secrets.Add(leaked)
	told := j.concealError(&dial.CertificateError{Reason: `it is for "` + leaked + `.example", not for "pop.example.org"`})
	if distrusted, ok := errors.AsType[*dial.CertificateError](told); !ok || strings.Contains(told.Error(), "hunter") || distrusted.Hint() == "" {
		t.Errorf("got %v", told)
	}
	told = j.concealError(&dial.HandshakeError{Err: errors.New("x509: cannot parse dnsName " + leaked)})
	if !errors.As(told, new(*dial.HandshakeError)) || strings.Contains(told.Error(), "hunter") {
		t.Errorf("got %v", told)
	}
	const usual = `it is for "mx.example.org", not for "pop.example.org"`
	if told := j.concealError(&dial.CertificateError{Reason: usual}); !strings.HasSuffix(told.Error(), usual) {
		t.Errorf("got %v", told)
	}
}

// A token is hidden like a password, and so is what APOP never says.
func TestConcealing(t *testing.T) {
	j := newRig(t).leakyJob()
	j.Login.Token = func(context.Context, string) (string, error) { return "ya29.token-of-mine", nil }
	j = j.askingOnce(t.Context())
	j.Login.Token(t.Context(), "")
	j.Login.Password(t.Context())
	for _, secret := range []string{leaked, "ya29.token-of-mine"} {
		if !j.Client.Secrets.HasSecret("you said " + secret) {
			t.Errorf("%q is shown", secret)
		}
	}
}

package fetch

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/auth"
	"popfetch/fetch/auth/authtest"
	"popfetch/fetch/dial"
	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store/ledger"
)

// said are the verbs of the last session's commands.
func (r *rig) said() string {
	r.t.Helper()
	var verbs []string
	for _, command := range lastSession(r.t, r.server).Commands {
		verb, _, _ := strings.Cut(command, " ")
		verbs = append(verbs, verb)
	}
	return strings.Join(verbs, " ")
}

func (r *rig) mustHaveSaid(want string) {
	r.t.Helper()
	if diff := cmp.Diff(want, r.said()); diff != "" {
		r.t.Errorf("- want, + got:\n%s", diff)
	}
}

// TestAcquainted asks a server that is known what it offers only from time to
// time.
func TestAcquainted(t *testing.T) {
	r := newRig(t, message("a"))
	r.sync(1)
	r.mustHaveSaid("CAPA AUTH CAPA UIDL LIST RETR QUIT")
	r.sync(0)
	r.mustHaveSaid("AUTH CAPA UIDL LIST QUIT")
	server := r.known().Summary().Server
	for name, record := range map[string]ledger.Record{
		"long ago":           {Time: time.Now().Add(-25 * time.Hour), Text: server},
		"the clock is wrong": {Time: time.Now().Add(time.Hour), Text: server},
		"another server":     {Time: time.Now(), Text: "0 pop.example.org:995\nSASL PLAIN"},
		"with TLS":           {Time: time.Now(), Text: strings.Replace(server, "2 ", "0 ", 1)},
		"forgotten":          {Time: time.Now()},
		"nothing to read":    {Time: time.Now(), Text: "a"},
	} {
		t.Run(name, func(t *testing.T) {
			r.t = t
			record.Kind = ledger.Server
			if err := r.write(record); err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{"CAPA AUTH CAPA UIDL LIST QUIT", "AUTH CAPA UIDL LIST QUIT"} {
				r.sync(0)
				r.mustHaveSaid(want)
			}
		})
	}
}

// TestAcquaintedWithSTLS asks each time, as RFC 2595 wants after STLS.
func TestAcquaintedWithSTLS(t *testing.T) {
	server := &pop3d.Server{}
	trust := certified(t, server)
	r := newRigOn(t, server, message("a"))
	for _, want := range []string{"CAPA STLS CAPA AUTH CAPA UIDL LIST RETR QUIT", "CAPA STLS CAPA AUTH CAPA UIDL LIST QUIT"} {
		j := r.job()
		j.Server.Security, j.Server.TLS = dial.StartTLS, trust
		if _, err := r.runJob(t.Context(), j); err != nil {
			t.Fatal(err)
		}
		r.mustHaveSaid(want)
	}
}

// TestMisjudged has a server that offers another way to log in than before.
func TestMisjudged(t *testing.T) {
	r := newRig(t, message("a"))
	r.sync(1)
	r.fault(
		fault.When(fault.Verb("AUTH"), fault.Answer("-ERR what is that?")),
		fault.When(fault.Verb("CAPA"), fault.Answer("+OK", "USER", "UIDL", "TOP", ".")),
	)
	j := r.job()
	asked := 0
	j.Login.Password = func(context.Context) (string, error) {
		asked++
		return rigPassword, nil
	}
	if _, err := r.runJob(t.Context(), j); err != nil || asked != 1 {
		t.Fatalf("%v, the password was asked %d times", err, asked)
	}
	r.mustHaveSaid("AUTH CAPA USER PASS CAPA UIDL LIST QUIT")
	r.sync(0)
	r.mustHaveSaid("USER PASS CAPA UIDL LIST QUIT")
}

// TestRefusedThoughKnown tries a wrong password once, whatever else the server
// offers by now, and has the next run ask.
func TestRefusedThoughKnown(t *testing.T) {
	r := newRig(t, message("a"))
	r.sync(1)
	r.fault(
		fault.When(fault.Verb("AUTH"), fault.Answer("-ERR [AUTH] no")),
		fault.When(fault.Verb("CAPA"), fault.Answer("+OK", "USER", "SASL PLAIN", ".")),
	)
	if _, err := r.run(); !errors.As(err, new(*auth.LoginError)) || !errors.As(err, new(*pop3.Error)) {
		t.Error(err)
	}
	r.mustHaveSaid("AUTH CAPA")
	r.fault()
	r.sync(0)
	r.mustHaveSaid("CAPA AUTH CAPA UIDL LIST QUIT")
}

// TestDeceived has a server that breaks off, garbles or doesn't answer what was
// assumed that it would. The run asks it on another connection.
func TestDeceived(t *testing.T) {
	for name, harm := range map[string]pop3d.Intercept{
		"hangs up at AUTH": fault.When(fault.Verb("AUTH"), fault.HangUp()),
		"garbles AUTH":     fault.When(fault.Verb("AUTH"), fault.Answer("what?")),
		"silent at UIDL":   fault.When(fault.Verb("UIDL"), fault.Stall()),
		"hangs up at UIDL": fault.When(fault.Verb("UIDL"), fault.HangUp()),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, message("a"))
			r.sync(1)
			r.drop.Add(message("b"))
			r.fault(fault.When(fault.InSession(2), harm))
			j := r.job()
			j.Client.Timeout = time.Second
			if report, err := r.runJob(t.Context(), j); err != nil || report.New != 1 {
				t.Errorf("%+v, %v", report, err)
			}
			r.mustHaveSaid("CAPA AUTH CAPA UIDL LIST RETR QUIT")
			r.fault(fault.When(fault.Verb("AUTH"), fault.HangUp()))
			for range 2 {
				before := len(r.server.Sessions())
				if _, err := r.run(); !errors.Is(err, pop3.ErrHungUp) {
					t.Error(err)
				}
				lastSession(t, r.server)
				if n := len(r.server.Sessions()) - before; n > 2 {
					t.Errorf("%d sessions", n)
				}
			}
			r.fault()
			r.sync(0)
		})
	}
}

// TestPartingOfKnown has a server that is known say no behind the login: it is
// asked what it offers on another connection, unless it says that it can't now.
func TestPartingOfKnown(t *testing.T) {
	for no, sessions := range map[string]int{"[SYS/PERM] Permission denied": 2, "[SYS/TEMP] later": 1, "too many connections": 1} {
		t.Run(no, func(t *testing.T) {
			r := newRig(t, message("a"))
			r.sync(1)
			r.fault(fault.When(fault.Verb("AUTH"), fault.Answer("+OK in", "-ERR "+no), fault.HangUp()))
			if _, err := r.run(); !errors.As(err, new(*pop3.PartingError)) || !strings.Contains(err.Error(), no) {
				t.Errorf("got %v", err)
			}
			if n := len(r.server.Sessions()) - 1; n != sessions {
				t.Errorf("%d sessions, want %d", n, sessions)
			}
			r.fault()
			r.sync(0)
		})
	}
}

// TestInUse waits a moment for a maildrop that is in use, as it may be by our
// own last session.
func TestInUse(t *testing.T) {
	defer func(pauses []time.Duration) { inUsePauses = pauses }(inUsePauses)
	inUsePauses = []time.Duration{time.Millisecond, time.Millisecond}
	r := newRig(t, message("a"))
	refused := fault.When(fault.Verb("AUTH"), fault.Refuse("[IN-USE] wait"))
	r.fault(fault.When(fault.InSession(1), refused), fault.When(fault.InSession(2), refused))
	j := r.job()
	asked := 0
	j.Login.Password = func(context.Context) (string, error) {
		asked++
		return rigPassword, nil
	}
	if report, err := r.runJob(t.Context(), j); err != nil || report.New != 1 || asked != 1 {
		t.Errorf("%+v, %v, the password was asked %d times", report, err, asked)
	}
	r.fault(refused)
	if _, err := r.run(); !isTemporary(err) || len(r.server.Sessions()) != 6 {
		t.Errorf("%d sessions, %v", len(r.server.Sessions()), err)
	}
	r.fault()
	r.sync(0)
	r.mustHaveSaid("AUTH CAPA UIDL LIST QUIT") // still known
}

// A server that begins to bind SCRAM to the channel takes it for an attack if
// we don't know of it. That isn't the password's fault.
func TestLearnsOfBinding(t *testing.T) {
	var binds atomic.Bool
	scram := func(c *pop3d.Conn, accept func(string)) pop3d.Mechanism {
		return authtest.SCRAM(sha256.New, binds.Load(), authtest.AsItIs)(c, accept)
	}
	server := &pop3d.Server{
		Mechanisms:   map[string]authtest.Begin{"SCRAM-SHA-256": scram, "SCRAM-SHA-256-PLUS": scram},
		Capabilities: []string{"UIDL", "SASL SCRAM-SHA-256"},
		Implicit:     true,
	}
	trust := certified(t, server)
	r := newRigOn(t, server, message("a"))
	for _, fresh := range []int{1, 0, 0} {
		j := r.job()
		j.Server.Security, j.Server.TLS = dial.Implicit, trust
		if report, err := r.runJob(t.Context(), j); err != nil || report.New != fresh {
			t.Fatalf("%+v, %v", report, err)
		}
		binds.Store(true)
		r.fault(fault.When(fault.Verb("CAPA"), fault.Rewrite(func(line string) string {
			return strings.Replace(line, "SASL ", "SASL SCRAM-SHA-256-PLUS ", 1)
		})))
	}
}

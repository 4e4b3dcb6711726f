package fetch

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/auth"
	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/debiantest"
)

// TestDebian meets other servers than ours and Dovecot; see debiantest for their manners. Most of
// its time goes by waiting for them.
func TestDebian(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits for servers that take their time")
	}
	for _, test := range []struct {
		name string
		of   func(*testing.T, *debianRig)
	}{
		{"wrong password", testDebianPassword},
		{"cut", testDebianCut},
		{"in use", testDebianInUse},
		{"sync", testDebianSync},
		{"delete", testDebianDelete},
		{"headers", testDebianHeaders},
	} {
		for _, kind := range debiantest.Kinds {
			t.Run(test.name+"/"+kind.Name, func(t *testing.T) {
				t.Parallel()
				test.of(t, onDebian(t, kind))
			})
		}
	}
}

// testDebianSync fetches what is there, then nothing, then what has come.
func testDebianSync(t *testing.T, r *debianRig) {
	r.deliver(40)
	r.sync(40)
	r.server.WaitIdle()
	r.sync(0)
	asked := r.wire.commands("RETR")
	// Two of the messages have no header, and for popa3d one UID. Mailutils tells other
	// sizes once it has added a field of its own; headers are looked at then, and
	// messages that no server has put a Received field into are compared.
	compares := r.server.Name == debiantest.Popa3d.Name || r.server.Name == debiantest.Mailutils.Name
	if len(asked) > 0 && !compares {
		t.Errorf("with nothing new the server was told %q", asked)
	}
	r.deliver(5)
	r.sync(5)
	r.complete()
	var delay time.Duration
	if r.server.Name == debiantest.Courier.Name {
		delay = 10 * time.Second
	}
	if got := r.known().Summary().Delay; got != delay {
		t.Errorf("the ledger knows of a delay of %v, want %v", got, delay)
	}
}

// testDebianDelete takes everything off the server, into an mbox.
func testDebianDelete(t *testing.T, r *debianRig) {
	r.mbox = true
	r.rules.Delete.When = AtOnce
	r.deliver(40)
	if report := r.sync(40); report.Deleted != 40 || r.server.Count() != 0 {
		t.Errorf("%+v; %d messages are left", report, r.server.Count())
	}
	if report := r.sync(0); report.OnServer != 0 {
		t.Errorf("%+v", report)
	}
	r.complete()
}

// testDebianCut cuts the connection at places all over a session, and at every other of them kills
// the server as well. What is missing comes with the next run.
func testDebianCut(t *testing.T, r *debianRig) {
	const messages, places, sent = 25, 5, 340_000
	r.deliver(messages)
	for place := range places {
		r.server.WaitIdle()
		r.renew(t, place > 2)
		r.wire.cutAfter(100 + int64(place)*sent/places)
		report, err := r.run()
		if !errors.Is(err, pop3.ErrHungUp) {
			t.Fatalf("cut, and no error: %+v, %v", report, err)
		}
		if place%2 == 0 {
			r.server.KillSessions()
		}
		r.wire.cutAfter(0)
		r.server.WaitIdle()
		r.sync(messages - report.New)
		r.server.WaitIdle()
		r.sync(0)
		r.complete()
	}
}

// testDebianPassword is refused once, and soon enough: courier takes five seconds.
func testDebianPassword(t *testing.T, r *debianRig) {
	r.deliver(1)
	job := r.job()
	job.Login.Password = func(context.Context) (string, error) { return "wrong", nil }
	began := time.Now()
	_, err := r.runJob(t.Context(), job)
	refused := (*pop3.Error)(nil)
	if !errors.As(err, new(*auth.LoginError)) || !errors.As(err, &refused) || refused.Temporary() {
		t.Errorf("%v", err)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
	if tries := r.wire.commands("PASS"); len(tries) != 1 {
		t.Errorf("the server was told %q", tries)
	}
	r.sync(1)
}

// testDebianInUse comes while somebody else is in the maildrop. Only mailutils minds; the others let
// us fetch and delete.
func testDebianInUse(t *testing.T, r *debianRig) {
	r.deliver(3)
	other := r.server.Login()
	if r.server.Name == debiantest.Mailutils.Name {
		_, err := r.run()
		refused := (*pop3.Error)(nil)
		if !errors.As(err, &refused) || refused.Code != pop3.CodeInUse || !refused.Temporary() {
			t.Errorf("%v", err)
		}
		other.Quit()
	}
	r.rules.Delete.When = AtOnce
	if report := r.sync(3); report.Deleted != 3 {
		t.Errorf("%+v", report)
	}
	r.complete()
	other.HangUp()
	if count := r.server.Count(); count != 0 {
		t.Errorf("%d messages are left", count)
	}
}

// testDebianHeaders lists sizes and headers.
func testDebianHeaders(t *testing.T, r *debianRig) {
	r.deliver(25)
	job := r.job()
	s, err := job.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	maildrop, err := job.ListMaildrop(s, knowing(t), AllSizes, nil)
	if err != nil || maildrop.Len() != r.mail {
		t.Fatal(maildrop, err)
	}
	targets := maildrop.Targets()
	for _, target := range targets {
		if target.Size <= 0 || target.UID == "" {
			t.Errorf("%+v", target)
		}
	}
	var headers []string
	for m, err := range s.Client.Top(NumbersOf(targets), 0) {
		var header bytes.Buffer
		if err == nil {
			_, err = m.WriteTo(&header)
		}
		if err != nil {
			t.Fatal(err)
		}
		headers = append(headers, stored(header.Bytes()))
	}
	if err := s.Client.Quit(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(r.wire.bodies("TOP"), headers); diff != "" || len(headers) != r.mail {
		t.Errorf("%d headers, - sent, + got:\n%s", len(headers), diff)
	}
}

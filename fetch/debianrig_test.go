package fetch

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/pop3/debiantest"
	"popfetch/fetch/pop3/pop3d/fault"
)

// A debianRig is the local side of a rig with one of Debian's servers on the other, and a wire
// between them.
type debianRig struct {
	*rig
	server *debiantest.Server
	wire   *wire
	mail   int // messages that were delivered
}

// onDebian starts one of the servers.
func onDebian(t *testing.T, kind debiantest.Kind) *debianRig {
	t.Helper()
	r := &debianRig{server: debiantest.Start(t, kind)}
	r.wire = newWire(t, r.server.Addr)
	r.renew(t, false)
	return r
}

// renew begins anew with what is on the server.
func (r *debianRig) renew(t *testing.T, mbox bool) {
	t.Helper()
	r.rig = &rig{t: t, root: t.TempDir(), mbox: mbox}
	r.wire.forget()
}

// deliver has n more messages come, the oddest first.
func (r *debianRig) deliver(n int) {
	r.t.Helper()
	messages := slices.Collect(fault.Corpus(7, r.mail+n))
	r.server.Deliver(messages[r.mail:]...)
	r.mail += n
}

func (r *debianRig) job() *Job {
	j := jobFor(r.wire.addr, r.rules)
	j.Login.User = debiantest.User
	j.Login.Password = func(context.Context) (string, error) { return debiantest.Password, nil }
	return j
}

// run is one sync.
func (r *debianRig) run() (Report, error) { return r.runJob(r.t.Context(), r.job()) }

// sync is a run that must succeed and bring so many messages.
func (r *debianRig) sync(fresh int) Report {
	r.t.Helper()
	report, err := r.run()
	if err != nil || len(report.Failed)+report.Skipped.Len() > 0 {
		r.t.Fatalf("run: %+v, %v; notes: %q", report, err, r.notes)
	}
	if report.New != fresh {
		r.t.Errorf("%d new messages, want %d; notes: %q", report.New, fresh, r.notes)
	}
	return report
}

// numbered finds the number that each message of the corpus has in it, once or more.
var numbered = regexp.MustCompile(`\b7\.([0-9]+)(@corpus| came without)`)

// complete checks that each delivered message is in the mailbox once, just as the server has sent
// it at some time: some don't send the same bytes in every session.
func (r *debianRig) complete() {
	r.t.Helper()
	texts, err := readBox(r.root, r.mbox)
	if err != nil {
		r.t.Fatal(err)
	}
	sent := map[string]bool{}
	for _, body := range r.wire.bodies("RETR") {
		sent[body] = true
	}
	times := map[int]int{}
	for _, text := range texts {
		if !sent[text] {
			r.t.Errorf("the server never sent what is in the mailbox: %.400q", text)
		}
		number := -1
		if found := numbered.FindStringSubmatch(text); found != nil {
			number, _ = strconv.Atoi(found[1])
		}
		times[number]++
	}
	want := map[int]int{}
	for number := range r.mail {
		want[number] = 1
	}
	if diff := cmp.Diff(want, times); diff != "" {
		r.t.Errorf("how often each message is in the mailbox, - want, + got:\n%s", diff)
	}
	if left := leftovers(r.root); len(left) > 0 {
		r.t.Errorf("left behind: %v", left)
	}
}

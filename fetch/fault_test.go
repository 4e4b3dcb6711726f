package fetch

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// TestRefused reports the messages that the server doesn't give, fetches the
// others, and tries again, ever less often.
func TestRefused(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		r.drop.Add(messages(4)...)
		r.rules.Delete.When = AtOnce
		r.fault(
			fault.When(fault.UID("RETR", "m0001"), fault.Refuse("[SYS/TEMP] busy")),
			fault.When(fault.UID("RETR", "m0003"), fault.Refuse("broken")),
		)
		for round, fresh := range []int{2, 0} {
			report := r.sync(fresh)
			if len(report.Failed) != 2 || report.Failed[0].UID != "m0001" || report.Failed[1].UID != "m0003" {
				t.Fatalf("round %d: %+v", round, report)
			}
			if refused := (*pop3.Error)(nil); !errors.As(report.Failed[0].Err, &refused) || refused.Code != "SYS/TEMP" {
				t.Errorf("%v", report.Failed[0].Err)
			}
		}
		r.onServer("m0001", "m0003")
		if report := r.sync(0); report.Skipped.Len() != 2 || !strings.Contains(skips(report)[1].Reason, "broken") {
			t.Errorf("%+v", report)
		}
		r.fault()
		r.has("m0002", "m0004")
		r.forget("m0001", "m0003")
		r.sync(2)
		r.has("m0001", "m0002", "m0003", "m0004")
		r.onServer()
	})
}

// TestDiesAtEveryCommand lets the connection die at every single command, in
// one way or another. The next run, or the one after it, finds all exactly
// once.
func TestDiesAtEveryCommand(t *testing.T) {
	for name, death := range map[string]pop3d.Intercept{
		"cut":              fault.Cut(),
		"reset":            fault.Reset(),
		"cut after answer": allOf(fault.CarryOut(), fault.Cut()),
		"lost answer":      allOf(fault.Unanswered(), fault.CarryOut(), fault.Cut()),
		"garbage":          fault.Send("* hello\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, r *rig) {
				for at := int64(1); ; at++ {
					r.renew(messages(4)...)
					r.rules.Delete.When = AtOnce
					var met atomic.Bool
					r.fault(fault.When(nth(at), func(*pop3d.Conn, pop3d.Command) bool { met.Store(true); return false }, death))
					report, err := r.run()
					r.server.SetIntercept(nil)
					if !met.Load() {
						return
					}
					if err == nil && report.New != 4 {
						t.Errorf("dead at %d, and no error: %+v", at, report)
					}
					r.sync(4 - report.New)
					r.has("m0001", "m0002", "m0003", "m0004")
					r.onServer()
				}
			})
		})
	}
}

// TestDiesInBody lets the connection die after every number of bytes of a
// message, or with -short after every seventh. What is before it is kept, and it is blamed.
func TestDiesInBody(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		step := int64(1)
		if testing.Short() {
			step = 7
		}
		for bytes := int64(0); bytes < int64(len(textOf("m0002"))+3); bytes += step {
			r.renew(messages(3)...)
			r.fault(fault.When(fault.UID("RETR", "m0002"), fault.CutBody(bytes)))
			report, err := r.run()
			if !errors.Is(err, pop3.ErrHungUp) || report.New != 1 || len(report.Failed) != 1 || report.Failed[0].UID != "m0002" {
				t.Fatalf("after %d bytes: %+v, %v", bytes, report, err)
			}
			r.has("m0001")
			r.fault()
			r.sync(2)
			r.has("m0001", "m0002", "m0003")
		}
	})
}

// TestPoison has a message that kills every connection. It is tried behind the others once
// it did, so that they come, and then left alone for a while.
func TestPoison(t *testing.T) {
	r := newRig(t, messages(3)...)
	r.fault(fault.When(fault.UID("RETR", "m0001"), fault.Cut()))
	for _, fresh := range []int{0, 2} {
		if report, err := r.run(); err == nil || report.New != fresh {
			t.Errorf("%d new messages, want %d; %v", report.New, fresh, err)
		}
	}
	if report := r.sync(0); report.Skipped.Len() != 1 || skips(report)[0].UID != "m0001" {
		t.Errorf("%+v", report)
	}
	r.has("m0002", "m0003")
}

// TestStalls waits no longer than the timeout for a server that says nothing.
func TestStalls(t *testing.T) {
	t.Parallel()
	r := newRig(t, messages(3)...)
	r.fault(fault.When(fault.UID("RETR", "m0002"), fault.Stall()))
	job := r.job()
	job.Client.Timeout = time.Second
	report, err := r.runJob(t.Context(), job)
	if timeout := (*pop3.TimeoutError)(nil); !errors.As(err, &timeout) || report.New != 1 {
		t.Errorf("%+v, %v", report, err)
	}
	r.fault()
	r.sync(2)
}

// TestListingRefused forgets nothing when the server refuses to list.
func TestListingRefused(t *testing.T) {
	r := newRig(t, messages(3)...)
	r.sync(3)
	r.fault(fault.When(fault.Verb("UIDL"), fault.Refuse("not today")))
	if _, err := r.run(); !errors.As(err, new(*pop3.Error)) {
		t.Error(err)
	}
	r.fault()
	r.sync(0)
	r.has("m0001", "m0002", "m0003")
}

// TestLyingSizes goes by what comes, not by what LIST told.
func TestLyingSizes(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		r.drop.Add(messages(3)...)
		r.rules.MaxSize = 1 << 20
		r.fault(fault.WrongSizes(func(n int, size int64) int64 { return int64(n) }))
		r.sync(3)
		r.has("m0001", "m0002", "m0003")
	})
}

// TestNoPipelining does the same work one command at a time.
func TestNoPipelining(t *testing.T) {
	r := newRig(t, messages(20)...)
	r.rules.Delete.When = AtOnce
	job := r.job()
	job.Client.Pipelining = pop3.Off
	if report, err := r.runJob(t.Context(), job); err != nil || report.New != 20 || report.Deleted != 20 {
		t.Errorf("%+v, %v", report, err)
	}
	r.onServer()
}

// TestProgress counts what is planned, read and failed.
func TestProgress(t *testing.T) {
	r := newRig(t, messages(4)...)
	r.fault(fault.When(fault.UID("RETR", "m0002"), fault.Refuse("no")))
	job := r.job()
	job.Progress = &Progress{}
	if _, err := r.runJob(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	p := job.Progress
	if want := int64(3 * len(textOf("m0001"))); p.Planned.Load() != 4 || p.Done.Load() != 4 || p.Bytes.Load() != want {
		t.Errorf("planned %d, done %d, %d bytes, want %d", p.Planned.Load(), p.Done.Load(), p.Bytes.Load(), want)
	}
}

// allOf does all of these things to a command.
func allOf(all ...pop3d.Intercept) pop3d.Intercept {
	return fault.When(func(*pop3d.Conn, pop3d.Command) bool { return true }, all...)
}

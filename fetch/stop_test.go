package fetch

import (
	"context"
	"errors"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store"
	"popfetch/store/durable"
)

// errSignal is the cause of every stop in these tests.
var errSignal = errors.New("a signal")

// nth picks the n-th command of all, the pseudo-commands among them.
func nth(n int64) fault.Match {
	return fault.Nth(n, func(*pop3d.Conn, pop3d.Command) bool { return true })
}

// stopAt stops the run when the server gets its n-th command.
func stopAt(n int64, stop context.CancelCauseFunc) pop3d.Intercept {
	return fault.When(nth(n), func(*pop3d.Conn, pop3d.Command) bool {
		stop(errSignal)
		return false
	})
}

// TestStopAtEveryCommand stops the run at every single command that it sends.
// It ends soon, with the cause if it didn't do everything, and nothing is lost
// or doubled.
func TestStopAtEveryCommand(t *testing.T) {
	for _, pipelining := range []pop3.Pipelining{pop3.On, pop3.Off} {
		both(t, func(t *testing.T, r *rig) {
			for at, met := int64(1), true; met; at++ {
				r.renew(messages(5)...)
				r.rules.Delete.When = AtOnce
				ctx, stop := context.WithCancelCause(t.Context())
				r.fault(stopAt(at, stop))
				job := r.job()
				job.Client.Pipelining = pipelining
				report, err := r.runJob(ctx, job)
				met = ctx.Err() != nil
				if err != nil && !errors.Is(err, errSignal) {
					t.Errorf("stopped at %d: %v", at, err)
				}
				if err == nil && (report.New != 5 || report.Deleted != 5) {
					t.Errorf("stopped at %d, and no error: %+v", at, report)
				}
				stop(nil)
				r.fault()
				if next := r.sync(5 - report.New); report.Deleted+next.Deleted != 5 {
					t.Errorf("stopped at %d: %d deleted, and then %d", at, report.Deleted, next.Deleted)
				}
				r.has("m0001", "m0002", "m0003", "m0004", "m0005")
				r.onServer()
			}
		})
	}
}

// TestStopAtEveryOperation stops the run at every single change on the disk.
func TestStopAtEveryOperation(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		for at, met := int64(1), true; met; at++ {
			r.renew(messages(5)...)
			r.rules.Delete.When = AtOnce
			ctx, stop := context.WithCancelCause(t.Context())
			var n atomic.Int64
			undo := onDisk(t, func(op durable.Op, do func() error) error {
				if n.Add(1) == at {
					stop(errSignal)
				}
				return unsynced(op, do)
			})
			_, err := r.runUntil(ctx)
			undo()
			met = ctx.Err() != nil
			if err != nil && !errors.Is(err, errSignal) {
				t.Errorf("stopped at %d: %v", at, err)
			}
			stop(nil)
			r.run()
			r.has("m0001", "m0002", "m0003", "m0004", "m0005")
			r.onServer()
		}
	})
}

// TestStopInBody keeps what is complete when the rest of a message doesn't
// come in the time that is left.
func TestStopInBody(t *testing.T) {
	lowerOvertime(t)
	r := newRig(t, messages(5)...)
	ctx, stop := context.WithCancelCause(t.Context())
	r.fault(fault.When(fault.UID("RETR", "m0003"), func(c *pop3d.Conn, _ pop3d.Command) bool {
		c.Reply("+OK here it comes")
		c.Reply("Subject: half")
		c.Flush()
		stop(errSignal)
		c.Stall()
		return true
	}))
	begin := time.Now()
	report, err := r.runUntil(ctx)
	if took := time.Since(begin); took > grace+2*time.Second {
		t.Errorf("it took %v", took)
	}
	if !errors.Is(err, errSignal) || report.New != 2 || len(report.Failed) != 0 {
		t.Errorf("%+v, %v", report, err)
	}
	r.has("m0001", "m0002")
	if r.entry("m0003").IsFailed() {
		t.Error("the message is blamed for the signal")
	}
	r.fault()
	r.sync(3)
	r.has("m0001", "m0002", "m0003", "m0004", "m0005")
}

// TestStopBefore comes before there is a connection.
func TestStopBefore(t *testing.T) {
	r := newRig(t)
	ctx, stop := context.WithCancelCause(t.Context())
	stop(errSignal)
	if _, err := r.runUntil(ctx); !errors.Is(err, errSignal) {
		t.Error(err)
	}
	if n := r.server.Connections(); n != 0 {
		t.Errorf("%d connections", n)
	}
}

// TestStopHidesNoFault has the disk full, and a signal in the same moment: what
// would have been a fault of the local side without the signal still is.
func TestStopHidesNoFault(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		for at, met := int64(1), true; met; at++ {
			var errs [2]error
			for i := range errs {
				r.renew(messages(3)...)
				r.rules.Delete.When = AtOnce
				ctx, stop := context.WithCancelCause(t.Context())
				var n atomic.Int64
				undo := onDisk(t, func(op durable.Op, do func() error) error {
					if n.Add(1) == at {
						if i == 1 {
							stop(errSignal)
						}
						return syscall.ENOSPC
					}
					return unsynced(op, do)
				})
				_, errs[i] = r.runUntil(ctx)
				undo()
				stop(nil)
				met = n.Load() >= at
			}
			if isLocal := errors.As(errs[0], new(*store.Error)); isLocal != errors.As(errs[1], new(*store.Error)) {
				t.Errorf("fault at %d: %v; with a signal: %v", at, errs[0], errs[1])
			}
		}
	})
}

// TestUntil begins no message once the time is up, and says so.
func TestUntil(t *testing.T) {
	r := newRig(t, messages(3)...)
	r.sync(3)
	r.drop.Add(message("new"))
	r.rules.Delete.When = AtOnce
	r.rules.Until = time.Now().Add(-time.Second)
	if report := r.sync(0); report.Deleted != 3 || len(r.notes) != 2 {
		t.Errorf("%+v, notes %q", report, r.notes)
	}
	r.onServer("new")
	r.rules.Until = time.Now().Add(time.Hour)
	r.sync(1)
	r.has("m0001", "m0002", "m0003", "new")
}

// TestLimit takes the first messages, and the rest the next time.
func TestLimit(t *testing.T) {
	r := newRig(t, messages(5)...)
	r.rules.MaxMessages = 2
	for _, want := range []struct{ fresh, skipped int }{{2, 3}, {2, 1}, {1, 0}, {0, 0}} {
		if report := r.sync(want.fresh); report.Skipped.Len() != want.skipped {
			t.Errorf("%+v, want %+v", report, want)
		}
	}
	r.has("m0001", "m0002", "m0003", "m0004", "m0005")
}

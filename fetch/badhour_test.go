package fetch

import (
	"errors"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store/ledger"
)

// TestBadHour has a server refuse every message for a while. That is held against
// none of them: the first healthy run fetches all.
func TestBadHour(t *testing.T) {
	for name, harm := range map[string]pop3d.Intercept{
		"code":  fault.Refuse("[SYS/TEMP] not now"),
		"words": fault.Refuse("Server Unavailable. 21"),
		"none":  fault.Refuse("broken"),
		"cut":   fault.Chain(fault.When(fault.Number("RETR", 3), fault.Cut()), fault.Refuse("[SYS/TEMP] not now")),
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, messages(4)...)
			r.fault(fault.When(fault.Verb("RETR"), harm))
			for range 5 {
				report, err := r.run()
				if hasEnded := name == "cut"; err == nil || errors.As(err, new(*BadHourError)) == hasEnded || report.New > 0 {
					t.Errorf("%+v, %v", report, err)
				}
			}
			for _, m := range r.drop.Messages() {
				if r.entry(m.UID).IsFailed() {
					t.Errorf("uid %s has failed", m.UID)
				}
			}
			r.fault()
			r.sync(4)
			r.has("m0001", "m0002", "m0003", "m0004")
		})
	}
}

// TestBadMessages has messages that are really bad: others come, or they are few.
// They have failed, and are tried later.
func TestBadMessages(t *testing.T) {
	r := newRig(t, messages(4)...)
	bad := fault.Refuse("broken")
	r.fault(fault.When(fault.UID("RETR", "m0002"), bad), fault.When(fault.UID("RETR", "m0003"), bad), fault.When(fault.UID("RETR", "m0004"), bad))
	for range 3 {
		if _, err := r.run(); err != nil {
			t.Fatal(err)
		}
	}
	r.has("m0001")
	for _, uid := range []string{"m0002", "m0003", "m0004"} {
		if failure := r.known().Failure(ledger.MakeKey(uid, 1)); failure.Count != 2 { // then there is a pause
			t.Errorf("%s: %+v", uid, failure)
		}
	}
	report, err := r.run()
	if err != nil || report.Skipped.Len() != 3 || !skips(report)[0].Failing {
		t.Errorf("%+v, %v", report, err)
	}
}

// TestLongBadHour takes a server at its word that refuses everything for long.
func TestLongBadHour(t *testing.T) {
	r := newRig(t, messages(4)...)
	if err := r.write(ledger.Record{Kind: ledger.Failing, Time: time.Now().Add(-7 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	r.fault(fault.When(fault.Verb("RETR"), fault.Refuse("broken")))
	if report, err := r.run(); err != nil || len(report.Failed) != 4 {
		t.Errorf("%+v, %v", report, err)
	}
}

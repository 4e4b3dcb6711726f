package fetch

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/match"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store/hint"
)

// bySubject is a filter that reads its verdict in the subject.
func bySubject(asked *[]string) Filter {
	return func(_ context.Context, header io.Reader) (Verdict, error) {
		text, err := io.ReadAll(header)
		*asked = append(*asked, string(text))
		switch {
		case err != nil:
			return Accept, err
		case strings.Contains(string(text), "Subject: spam"):
			return Discard, nil
		case strings.Contains(string(text), "Subject: later"):
			return Leave, nil
		case strings.Contains(string(text), "Subject: odd"):
			return Accept, errors.New("exit status 3")
		default:
			return Accept, nil
		}
	}
}

// runFiltered runs with the filter, and returns what it was asked.
func (r *rig) runFiltered() (Report, []string, error) {
	r.t.Helper()
	var asked []string
	j := r.job()
	j.Filter = bySubject(&asked)
	report, err := r.runJob(r.t.Context(), j)
	return report, asked, err
}

// TestFilter fetches, deletes and leaves, and asks again about what is left or
// could not be decided; nothing is stored but what is accepted.
func TestFilter(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		r.drop.Add(messageOf("1", "good"), messageOf("2", "spam"), messageOf("3", "later"), messageOf("4", "odd"))
		report, asked, err := r.runFiltered()
		if err != nil || report.New != 1 || report.Deleted != 1 || report.Skipped.Len() != 1 || len(report.Failed) != 1 {
			t.Errorf("%+v, %v", report, err)
		}
		if diff := cmp.Diff("Received: from good by here\nMessage-ID: <good@example.org>\nSubject: good\n\n", asked[0]); diff != "" {
			t.Error(diff)
		}
		r.onServer("1", "3", "4")
		report, asked, err = r.runFiltered()
		if err != nil || report.New != 0 || len(asked) != 2 || len(report.Failed) != 1 {
			t.Errorf("%+v, %v, asked %q", report, err, asked)
		}
		r.sync(1) // without a filter; what failed twice has to wait
		r.has("good", "later")
	})
}

// TestFilterKeeps deletes nothing where a person said so for this run.
func TestFilterKeeps(t *testing.T) {
	r := newRig(t, messageOf("1", "spam"), messageOf("2", "good"))
	r.rules.Delete.When = Never
	report, _, err := r.runFiltered()
	if err != nil || report.New != 1 || report.Deleted != 0 || report.Skipped.Len() != 1 {
		t.Errorf("%+v, %v", report, err)
	}
	r.onServer("1", "2")
}

// TestFilterStops asks about no more messages than a run may bring.
func TestFilterStops(t *testing.T) {
	r := newRig(t, messageOf("1", "spam"), messageOf("2", "good"))
	r.drop.Add(messages(5)...)
	r.rules.MaxMessages = 2
	report, asked, err := r.runFiltered()
	if err != nil || report.New != 2 || report.Deleted != 1 || len(asked) != 3 || report.Skipped.Len() != 4 {
		t.Errorf("%+v, %v, asked %d times", report, err, len(asked))
	}
	r.rules = Rules{Until: now.AddDate(-1, 0, 0)}
	if report, asked, err = r.runFiltered(); err != nil || report.New != 0 || len(asked) != 0 || report.Skipped.Len() != 4 {
		t.Errorf("%+v, %v, asked %d times", report, err, len(asked))
	}
}

// TestFilterUnseen lets no message through of which the server shows no header.
func TestFilterUnseen(t *testing.T) {
	r := newRig(t, messageOf("1", "good"), messageOf("2", "better"))
	r.fault(fault.When(fault.Number("TOP", 1), fault.Refuse("broken")))
	report, _, err := r.runFiltered()
	if err != nil || report.New != 1 || len(report.Failed) != 1 {
		t.Errorf("%+v, %v", report, err)
	}
	r.has("better")

	r = newRig(t, messages(2)...)
	r.fault(withoutTop(false))
	report, _, err = r.runFiltered()
	if err == nil || !strings.HasPrefix(err.Error(), "the server has no TOP") || hint.Of(err) == "" || report.New != 0 {
		t.Errorf("%+v, %v", report, err)
	}
}

// TestFilterOrphan has a filter discard what isn't known to be new: it stays.
func TestFilterOrphan(t *testing.T) {
	r := newRig(t, pop3d.Message{UID: "a", Body: []byte("Subject: spam\r\n\r\n1\r\n")})
	r.sync(1)
	r.drop.Remove("a")
	r.sync(0)
	r.drop.Add(pop3d.Message{UID: "a", Body: []byte("Subject: spam\r\n\r\n1\r\n")})
	report, _, err := r.runFiltered()
	if err != nil || report.New != 0 || report.Deleted != 0 {
		t.Errorf("%+v, %v", report, err)
	}
	r.onServer("a")
}

// TestFilterCutHeader never deletes or leaves a message for what the filter
// could not see.
func TestFilterCutHeader(t *testing.T) {
	r := newRig(t, pop3d.Message{UID: "a", Body: []byte(
		"Message-ID: <a@example.org>\r\nSubject: spam, or so it seems\r\nX: " + strings.Repeat("x", match.MaxHeader) + "\r\nX: not spam at all\r\n\r\n",
	)})
	if report, _, err := r.runFiltered(); err != nil || report.New != 1 || report.Deleted != 0 {
		t.Errorf("%+v, %v", report, err)
	}
}

// TestFilterChangesItsMind discards a message, which the server doesn't delete,
// and then accepts it: from then on the account's rule counts.
func TestFilterChangesItsMind(t *testing.T) {
	r := newRig(t, messageOf("1", "odd"))
	r.runFiltered() // it fails, so that the ledger knows it
	verdict := Discard
	j := r.job()
	j.Filter = func(context.Context, io.Reader) (Verdict, error) { return verdict, nil }
	r.fault(fault.When(fault.Verb("DELE"), fault.Refuse("not now")))
	if report, err := r.runJob(t.Context(), j); err != nil || report.Deleted != 0 {
		t.Errorf("%+v, %v", report, err)
	}
	r.fault()
	verdict = Accept
	if report, err := r.runJob(t.Context(), j); err != nil || report.New != 1 {
		t.Errorf("%+v, %v", report, err)
	}
	if report, err := r.runJob(t.Context(), j); err != nil || report.Deleted != 0 {
		t.Errorf("%+v, %v", report, err)
	}
	r.onServer("1")
}

// TestFilterBroken ends the run where no message could be decided about, and
// holds it against none.
func TestFilterBroken(t *testing.T) {
	r := newRig(t, messages(3)...)
	j := r.job()
	j.Filter = func(context.Context, io.Reader) (Verdict, error) {
		return Leave, &FilterError{errors.New("no such program")}
	}
	report, err := r.runJob(t.Context(), j)
	if _, ok := errors.AsType[*FilterError](err); !ok || len(report.Failed) > 0 {
		t.Errorf("%+v, %v", report, err)
	}
	r.sync(3)
}

// TestFilterLeavesTime lets a run with little time fetch what a slow filter
// accepts.
func TestFilterLeavesTime(t *testing.T) {
	r := newRig(t, messages(50)...)
	r.rules.Until = time.Now().Add(400 * time.Millisecond)
	j := r.job()
	j.Filter = func(context.Context, io.Reader) (Verdict, error) {
		time.Sleep(20 * time.Millisecond)
		return Accept, nil
	}
	report, err := r.runJob(t.Context(), j)
	if err != nil || report.New == 0 || report.New == 50 || report.New+report.Skipped.Len() != 50 {
		t.Errorf("%d new, %d skipped, %v", report.New, report.Skipped.Len(), err)
	}
}

// TestFilterOwed has the end of the session lost in which a message was to be
// deleted for the filter's word: the next run asks again.
func TestFilterOwed(t *testing.T) {
	r := newRig(t, messageOf("1", "spam"), messageOf("2", "good"))
	r.fault(fault.When(fault.Verb("QUIT"), fault.Cut()))
	if report, _, err := r.runFiltered(); err == nil || report.New != 1 {
		t.Errorf("%+v, %v", report, err)
	}
	r.fault()
	if report, asked, err := r.runFiltered(); err != nil || report.Deleted != 1 || len(asked) != 1 {
		t.Errorf("%+v, %v, asked %q", report, err, asked)
	}
	r.onServer("2")
	r.has("good")
}

package fetch

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/match"
	"popfetch/store/durable"
	"popfetch/store/ledger"
)

// now is the time of all plans that are made in these tests.
var now = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

// knowing returns a ledger in which the records stand. A record without a time
// is from a day ago.
func knowing(t testing.TB, records ...ledger.Record) *ledger.Ledger {
	t.Helper()
	state, err := durable.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	l, err := ledger.Open(state, "work", 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	for i := range records {
		if records[i].Time.IsZero() {
			records[i].Time = now.Add(-24 * time.Hour)
		}
	}
	if err := l.Append(records...); err != nil {
		t.Fatal(err)
	}
	return l
}

// says makes records of words such as "kept a": a kind and a key. What is kept has
// the digests of a message of its name, or of that in a third word, and the length
// of its key as its wire size.
func says(lines ...string) (records []ledger.Record) {
	for _, line := range lines {
		words := strings.Fields(line)
		r := ledger.Record{Kind: ledger.Kind(words[0]), Key: ledger.Key(words[1])}
		if r.Kind == ledger.Kept {
			r.WireSize = int64(len(words[1]))
			r.Digests = printsOf(words[len(words)-1]).Digests
		}
		records = append(records, r)
	}
	return records
}

// printsOf are those of a message of that name, which has passed a server.
func printsOf(name string) match.Prints {
	var d match.Digester
	d.Reset()
	d.Write([]byte(textOf(name)))
	return d.Prints()
}

// maildropOf is a maildrop in which messages with these UIDs are listed, numbered
// from 1, each of the length of its UID and with a header of its name, which the
// server shows.
func maildropOf(known *ledger.Ledger, rules Rules, now time.Time, uids ...string) *Maildrop {
	list := match.NewListing(known)
	for i, uid := range uids {
		list.AddUID(i+1, []byte(uid))
		list.SetSize(i+1, int64(len(uid)))
	}
	m := match.NewMatcher(list, func(e ledger.Entry) bool { return isDue(rules.Delete, e, now) })
	for targets := m.WantedHeaders(); len(targets) > 0; targets = m.WantedHeaders() {
		headers := make([]match.Header, len(targets))
		for i, t := range targets {
			headers[i] = match.Header{Shown: true, Prints: printsOf(t.UID)}
		}
		m.SetHeaders(headers)
	}
	m.SettleKeys()
	return &Maildrop{known: known, listing: list, matcher: m}
}

// bounded bounds the plan.
func bounded(p *Plan) *Plan {
	p.leaveExcess()
	return p
}

// skips are the messages that a run left on the server.
func skips(report Report) []Skip { return slices.Collect(report.Skipped.All()) }

// told says what a plan does in words.
func told(p *Plan) (lines []string) {
	for _, r := range p.Retrieve {
		lines = append(lines, fmt.Sprintf("retrieve %d %s", p.maildrop.listing.NumberOf(r), r.Key))
	}
	for _, r := range p.check {
		lines = append(lines, fmt.Sprintf("check %d %s", p.maildrop.listing.NumberOf(r), r.Key))
	}
	for _, t := range p.Delete {
		lines = append(lines, fmt.Sprintf("delete %d %s", t.Number, t.Key))
	}
	for s := range p.Skip.All() {
		lines = append(lines, fmt.Sprintf("skip %s: %s", s.UID, s.Reason))
	}
	records := p.Records
	for block := range p.markRecords() {
		records = append(records, block...)
	}
	for _, r := range records {
		lines = append(lines, fmt.Sprintf("%s %s", r.Kind, r.Key))
	}
	return lines
}

func TestNewPlan(t *testing.T) {
	week := 7 * 24 * time.Hour
	atOnce, never := Rules{Delete: Delete{When: AtOnce}}, Rules{Delete: Delete{When: Never}}
	afterWeek := Rules{Delete: Delete{When: AfterWhile, After: week}}
	old := func(records []ledger.Record) []ledger.Record {
		for i := range records {
			records[i].Time = now.Add(-week)
		}
		return records
	}
	for _, tc := range []struct {
		name   string
		known  []ledger.Record
		listed []string
		rules  Rules
		want   []string
	}{
		{"nothing at all", nil, nil, Rules{}, nil},
		{"all new", nil, []string{"a", "b"}, Rules{}, []string{"retrieve 1 a", "retrieve 2 b"}},
		{"all known", says("kept a", "marked b"), []string{"a", "b"}, Rules{}, nil},
		{"one new", says("kept a"), []string{"a", "b"}, Rules{}, []string{"retrieve 2 b"}},
		{"failed once", says("failed a"), []string{"a"}, Rules{}, []string{"retrieve 1 a"}},
		{"forgotten", says("kept a", "forgot a"), []string{"a"}, Rules{}, []string{"retrieve 1 a"}},
		{
			"vanished", says("kept a", "marked b", "failed c", "kept d"),
			[]string{"d"},
			Rules{},
			[]string{"gone a", "gone b", "gone c"},
		},
		{"vanished before", says("kept a", "gone a", "kept b"), []string{"b"}, Rules{}, nil},
		{"an empty listing", says("kept a", "kept b"), nil, atOnce, []string{"gone a", "gone b"}},

		{"delete at once", says("kept a"), []string{"a", "b"}, atOnce, []string{"retrieve 2 b", "delete 1 a"}},
		{"delete never", says("kept a", "owed a"), []string{"a"}, never, nil},
		{"delete what is owed", says("kept a", "owed a", "kept b"), []string{"a", "b"}, Rules{}, []string{"delete 1 a"}},
		{"too early", says("kept a"), []string{"a"}, afterWeek, nil},
		{"late enough", old(says("kept a")), []string{"a"}, afterWeek, []string{"delete 1 a"}},
		{"owed before its time", says("kept a", "owed a"), []string{"a"}, afterWeek, []string{"delete 1 a"}},
		{"marked is not kept", old(says("marked a", "owed a")), []string{"a"}, afterWeek, nil},
		{"marked at once neither", says("marked a", "owed a"), []string{"a"}, atOnce, nil},
		{"failed neither", says("failed a", "owed a"), []string{"a"}, atOnce, []string{"retrieve 1 a"}},

		{"too large", nil, []string{"aaaa", "b"}, Rules{MaxSize: 3}, []string{"retrieve 2 b", "skip aaaa: larger than max_size"}},
		{"large enough", nil, []string{"aaa"}, Rules{MaxSize: 3}, []string{"retrieve 1 aaa"}},
		{
			"too many", says("kept a"),
			[]string{"a", "b", "c", "d"},
			Rules{MaxMessages: 2},
			[]string{"retrieve 2 b", "retrieve 3 c", "skip d: more than max_messages or --limit"},
		},

		{
			"start now", nil,
			[]string{"a", "b"},
			Rules{Start: Start{Skip: true}, Delete: Delete{When: AtOnce}},
			[]string{"marked a", "marked b"},
		},
		{
			"start with the last", nil,
			[]string{"a", "b", "c"},
			Rules{Start: Start{Skip: true, Last: 2}},
			[]string{"retrieve 2 b", "retrieve 3 c", "marked a"},
		},
		{
			"start with more than there is", nil,
			[]string{"a"},
			Rules{Start: Start{Skip: true, Last: 2}},
			[]string{"retrieve 1 a"},
		},
		{"not the start", says("kept a"), []string{"a", "b"}, Rules{Start: Start{Skip: true}}, []string{"retrieve 2 b"}},
		{
			"not the start, though nothing came",
			[]ledger.Record{{Kind: ledger.Done}},
			[]string{"a"},
			Rules{Start: Start{Skip: true}},
			[]string{"retrieve 1 a"},
		},

		{
			"one UID twice", nil,
			[]string{"a", "a", "b"},
			Rules{},
			[]string{"retrieve 1 a", "retrieve 2 a~2", "retrieve 3 b", "failed a~2"},
		},
		{
			"one UID twice, known", says("failed a", "failed a~2"),
			[]string{"a", "a"},
			Rules{},
			[]string{"retrieve 1 a", "retrieve 2 a~2"},
		},
		{"an empty UID", nil, []string{""}, Rules{}, []string{"retrieve 1 %"}},
		{"odd UIDs", nil, []string{"a b", "a~2", "ä"}, Rules{}, []string{"retrieve 1 a%20b", "retrieve 2 a%7E2", "retrieve 3 %C3%A4"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := bounded(NewPlan(maildropOf(knowing(t, tc.known...), tc.rules, now, tc.listed...), tc.rules, now))
			if diff := cmp.Diff(tc.want, told(p)); diff != "" {
				t.Errorf("- want, + got:\n%s", diff)
			}
			if p.OnServer != len(tc.listed) {
				t.Errorf("%d on the server", p.OnServer)
			}
		})
	}
}

// TestNextTry has the pause after each failure.
func TestNextTry(t *testing.T) {
	for count, want := range map[int]time.Duration{
		1: 0, 2: 10 * time.Minute, 3: 20 * time.Minute, 4: 40 * time.Minute, 6: 160 * time.Minute,
		7: 320 * time.Minute, 8: 6 * time.Hour, 9: 6 * time.Hour, 1000: 6 * time.Hour,
	} {
		l := knowing(t, ledger.Record{Kind: ledger.Failed, Key: "a", Count: count, Text: "no", Time: now})
		at := func(pause time.Duration) *Plan {
			return NewPlan(maildropOf(l, Rules{}, now, "a"), Rules{}, now.Add(pause))
		}
		if p := at(want); len(p.Retrieve) != 1 {
			t.Errorf("after %d failures and %v: %v", count, want, told(p))
		}
		if p := at(want - time.Second); want > 0 && p.Skip.Len() != 1 {
			t.Errorf("after %d failures and a second less than %v: %v", count, want, told(p))
		}
	}
}

// TestWrongClock doesn't leave a message alone for years because it failed
// while the clock was wrong.
func TestWrongClock(t *testing.T) {
	l := knowing(t, ledger.Record{Kind: ledger.Failed, Key: "a", Count: 2, Text: "no", Time: now.AddDate(10, 0, 0)})
	if p := NewPlan(maildropOf(l, Rules{}, now, "a"), Rules{}, now); len(p.Retrieve) != 1 {
		t.Errorf("%v", told(p))
	}
}

// TestSkipTellsWhy has the reason of a pause with what the server said.
func TestSkipTellsWhy(t *testing.T) {
	l := knowing(t, ledger.Record{Kind: ledger.Failed, Key: "a", Count: 2, Text: "RETR refused", Time: now})
	p := NewPlan(maildropOf(l, Rules{}, now, "a"), Rules{}, now)
	next := now.Add(10 * time.Minute).Local().Format(time.DateTime)
	want := []string{"skip a: failed 2 times, next try after " + next + ": RETR refused"}
	if diff := cmp.Diff(want, told(p)); diff != "" {
		t.Error(diff)
	}
}

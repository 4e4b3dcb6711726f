package match

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/store/ledger"
)

// A matchCase is a ledger, a list, and what the matcher makes of them, in the words
// of a world. P(x) stands for the pseudo-UID of the message x.
type matchCase struct {
	name   string
	known  string // records
	listed string
	how    string // "due" if a rule deletes all that is kept, "prove" if a person does, "pseudo" without UIDs, "lies" for a TOP that does
	want   string
}

var pseudoOf = regexp.MustCompile(`P\(([^)]*)\)`)

// named puts the pseudo-UIDs into a text that has P(x) in their places.
func named(text string) string {
	return pseudoOf.ReplaceAllStringFunc(text, func(word string) string {
		return pseudoUID(printsOf(textOf(pseudoOf.FindStringSubmatch(word)[1])).Header)
	})
}

// ledger is what is known.
func (tc matchCase) ledger(t *testing.T) *ledger.Ledger {
	var records []string
	for record := range strings.SplitSeq(named(tc.known), ", ") {
		if record != "" {
			records = append(records, record)
		}
	}
	return knowing(t, records...)
}

// run is a run, of which the matcher says all. Nothing that it may delete is.
func (tc matchCase) run(known *ledger.Ledger) *world {
	w := newWorld(known, tc.listed, strings.Contains(tc.how, "pseudo"))
	w.lies = strings.Contains(tc.how, "lies")
	isDue := strings.Contains(tc.how, "due")
	if !w.match(func(ledger.Entry) bool { return isDue }) {
		return w
	}
	if tc.how == "prove" {
		w.prove()
	}
	w.retrieve(isDue || tc.how == "prove")
	w.conclude()
	return w
}

func (tc matchCase) test(t *testing.T) {
	known := tc.ledger(t)
	w := tc.run(known)
	if diff := cmp.Diff(strings.Split(named(tc.want), "; "), w.said); diff != "" {
		t.Errorf("known: %s\nlisted: %s\n- want, + got:\n%s", tc.known, tc.listed, diff)
	}
	// The next run with the same list fetches nothing, whatever this one did.
	if err := known.Append(w.records...); err != nil {
		t.Fatal(err)
	}
	if next := tc.run(known); next.fresh > 0 {
		t.Errorf("known: %s\nlisted: %s\nfirst: %q\nnext: %q", tc.known, tc.listed, w.said, next.said)
	}
}

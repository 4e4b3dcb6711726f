package match

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"popfetch/store/durable"
	"popfetch/store/ledger"
)

// The words that tests of the matcher are written in.
//
// A message is a name such as "x", or "x:1" for one with the header of x and
// another body. A header whose name begins with "-" has passed no server: no
// Received field is in it. A name that ends in "*" is of the same message once it
// was read, so that its Status is another. All messages are of one size, unless
// "/70" behind the name says otherwise.
//
// A record is a kind, a key, and a message: "kept a x". "fields" behind the message
// stands for one of which a ledger of version 1 has but a fingerprint.

// oneSize is the size of the messages of which nothing else is said.
const oneSize = 100

// textOf is a message.
func textOf(name string) string {
	name, read := strings.CutSuffix(name, "*")
	header, body, _ := strings.Cut(name, ":")
	text := "Message-ID: <" + header + "@example.org>\r\nSubject: alarm\r\n\r\n" + body + "\r\n"
	if !strings.HasPrefix(header, "-") {
		text = "Received: by here; " + header + "\r\n" + text
	}
	if read {
		text = "Status: RO\r\n" + text
	}
	return text
}

// sizeFrom takes the size from a name.
func sizeFrom(word string) (name string, size int64) {
	name, digits, found := strings.Cut(word, "/")
	if size = oneSize; found {
		size, _ = strconv.ParseInt(digits, 10, 64)
	}
	return name, size
}

// longAgo is when all of the records of a test are from.
var longAgo = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

// record makes a record of words.
func record(line string) ledger.Record {
	words := strings.Fields(line)
	r := ledger.Record{Kind: ledger.Kind(words[0]), Time: longAgo}
	if r.Kind == ledger.Moving {
		r.Count = 1
		return r
	}
	r.Key = ledger.Key(words[1])
	if len(words) < 3 {
		return r
	}
	name, size := sizeFrom(words[2])
	if r.WireSize = size; name == "" {
		return r
	}
	prints := printsOf(textOf(name))
	r.Digests = prints.Digests
	if len(words) > 3 {
		r.Digests = ledger.Digests{Fingerprint: prints.Fields}
	}
	return r
}

// knowing is a ledger in which the records stand.
func knowing(t testing.TB, lines ...string) *ledger.Ledger {
	t.Helper()
	var records []ledger.Record
	for _, line := range lines {
		records = append(records, record(line))
	}
	return knowingRecords(t, records...)
}

func knowingRecords(t testing.TB, records ...ledger.Record) *ledger.Ledger {
	t.Helper()
	state, err := durable.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	known, err := ledger.Open(state, "work", 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { known.Close() })
	if err := known.Append(records...); err != nil {
		t.Fatal(err)
	}
	return known
}

// A world is a server with its messages, and what a matcher makes of it.
type world struct {
	known   *ledger.Ledger
	names   map[int]string // by number
	unshown map[int]bool   // TOP doesn't show their headers
	lies    bool           // TOP shows headers that are not as RETR brings them
	list    *Listing
	matcher *Matcher
	said    []string
	records []ledger.Record // that the ledger is told
	fresh   int             // messages that were fetched
}

// newWorld lists messages, in words such as "a=x b=y:1/70 c=z?", the last of which
// isn't shown by TOP. pseudo stands for a server without UIDs.
func newWorld(known *ledger.Ledger, listed string, pseudo bool) *world {
	w := &world{known: known, names: map[int]string{}, unshown: map[int]bool{}, list: NewListing(known)}
	for i, word := range strings.Fields(listed) {
		number := i + 1
		uid, name, _ := strings.Cut(word, "=")
		name, w.unshown[number] = strings.CutSuffix(name, "?")
		name, size := sizeFrom(name)
		w.names[number] = name
		if pseudo {
			prints := printsOf(textOf(name))
			prints.Content = ledger.ContentDigest{}
			w.list.AddHeader(number, size, prints)
		} else {
			w.list.AddUID(number, []byte(uid))
			w.list.SetSize(number, size)
		}
	}
	return w
}

// match has the matcher find out what it can without content. It reports whether
// the UIDs are worth the name, or else the messages have to be listed anew.
func (w *world) match(mustProve func(ledger.Entry) bool) bool {
	w.matcher = NewMatcher(w.list, mustProve)
	w.show()
	if w.matcher.AreNumbers() {
		w.said = append(w.said, "the UIDs are numbers")
		return false
	}
	w.matcher.SettleKeys()
	w.tellRecords()
	w.verdicts()
	return true
}

// prove is what is done before known messages are deleted that a person chose.
func (w *world) prove() {
	var chosen []Target
	for place := range w.list.Len() {
		if w.matcher.VerdictAt(place).IsKnown {
			chosen = append(chosen, w.list.TargetAt(place))
		}
	}
	w.said = append(w.said, "prove"+numbersOf(chosen))
	w.matcher.RequireProof(chosen)
	w.show()
	w.verdicts()
}

// show has TOP show what the matcher wants to see.
func (w *world) show() {
	for targets := w.matcher.WantedHeaders(); len(targets) > 0; targets = w.matcher.WantedHeaders() {
		w.said = append(w.said, "TOP"+numbersOf(targets))
		headers := make([]Header, len(targets))
		for i, t := range targets {
			text := textOf(w.names[t.Number])
			if w.lies {
				text = "X-Proxy: was here\r\n" + text
			}
			headers[i] = Header{Shown: !w.unshown[t.Number], Prints: printsOf(text)}
			headers[i].Content = ledger.ContentDigest{}
			if !headers[i].Shown {
				headers[i].Prints = Prints{}
			}
		}
		w.matcher.SetHeaders(headers)
	}
}

func numbersOf(targets []Target) (text string) {
	for _, t := range targets {
		text += fmt.Sprint(" ", t.Number)
	}
	return text
}

// tellRecords says what the ledger is told.
func (w *world) tellRecords() { w.tell(w.matcher.DrainRecords()) }

func (w *world) tell(records []ledger.Record) {
	w.records = append(w.records, records...)
	for _, r := range records {
		line := string(r.Kind)
		if r.Kind == ledger.Moving {
			line += map[bool]string{true: " begins", false: " ends"}[r.Count > 0]
		} else {
			line += " " + string(r.Key)
		}
		if name := nameOf(r); name != "" {
			line += " " + name
		}
		w.said = append(w.said, line)
	}
}

// nameOf is the name of the message that a record is about, as far as the tests have
// one of these digests.
func nameOf(r ledger.Record) string {
	if r.WireSize == 0 && r.Digests == (ledger.Digests{}) {
		return ""
	}
	size := ""
	if r.WireSize != oneSize {
		size = fmt.Sprint("/", r.WireSize)
	}
	for _, header := range []string{"x", "y", "z", "v", "w", "-x", "-y", "-z"} {
		for _, body := range []string{"", ":1", ":2", ":3"} {
			for _, read := range []string{"", "*"} {
				name := header + body + read
				switch prints := printsOf(textOf(name)); {
				case r.Digests == prints.Digests:
					return name + size
				case r.Digests.Fingerprint == prints.Fields:
					return header + size + " fields"
				}
			}
		}
	}
	return "nothing known" + size
}

// verdicts tells of each message what is known of it.
func (w *world) verdicts() {
	for place := range w.list.Len() {
		v := w.matcher.VerdictAt(place)
		line := fmt.Sprint(w.list.TargetAt(place).Number, " is ")
		switch {
		case v.IsKnown && v.IsProved:
			line += "proved"
		case v.IsKnown && v.Probe:
			line += "known, and RETR tells whether UIDs are numbers"
		case v.IsKnown && v.Ask:
			line += "known, and RETR proves it"
		case v.IsKnown:
			line += "known"
		case v.Ask && v.Likely:
			line += "likely new, as RETR tells"
		case v.Ask:
			line += "new or known, as RETR tells"
		default:
			line += "new"
		}
		w.said = append(w.said, line)
	}
}

// retrieve compares those messages that a run retrieves, in its order: those that
// tell whether UIDs can be believed; new ones, likely or not; those that may be
// known; and known ones that only their content proves, if they are due to be
// deleted.
func (w *world) retrieve(due bool) {
	w.matcher.BeginComparing()
	var turns [4][]Target
	for place := range w.list.Len() {
		turn := 2
		switch v := w.matcher.VerdictAt(place); {
		case v.Probe:
			turn = 0
		case v.IsKnown && (v.IsProved || !v.Ask || !due):
			continue
		case v.IsKnown:
			turn = 3
		case v.Likely || !v.Ask:
			turn = 1
		}
		turns[turn] = append(turns[turn], w.list.TargetAt(place))
	}
	for _, t := range slices.Concat(turns[:]...) {
		if w.matcher.CompareContent(t, printsOf(textOf(w.names[t.Number]))) {
			w.said = append(w.said, fmt.Sprint("RETR ", t.Number, ": known"))
			continue
		}
		w.said = append(w.said, fmt.Sprint("RETR ", t.Number, ": new, staged as ", t.Key))
		w.tell(w.matcher.SupersedeKey(t))
		w.stage(t)
	}
}

// stage has a message fetched.
func (w *world) stage(t Target) {
	digests := printsOf(textOf(w.names[t.Number])).Digests
	w.records = append(w.records, ledger.Record{Kind: ledger.Kept, Time: longAgo, Key: t.Key, WireSize: t.Size, Digests: digests})
	w.fresh++
}

// conclude tells what comes of the transfer.
func (w *world) conclude() {
	for _, p := range w.matcher.EndComparing() {
		w.said = append(w.said, fmt.Sprint(p.Number, " is proved"))
	}
	w.tellRecords()
	if w.matcher.AreNumbers() {
		w.said = append(w.said, "the UIDs are numbers")
	}
	if w.matcher.TopLies() {
		w.said = append(w.said, "TOP lies")
	}
}

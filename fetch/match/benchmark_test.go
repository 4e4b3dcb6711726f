package match

import (
	"fmt"
	"testing"

	"popfetch/store/ledger"
)

// A crowd is many messages that are known, and listed as they were or otherwise.
type crowd struct {
	name    string
	known   func(i int) ledger.Record
	uid     func(i int) string
	message func(i int) string // its name
	shown   bool               // by TOP
	gone    bool               // from the last listing
}

func sameUID(int) string    { return "" }
func ownUID(i int) string   { return fmt.Sprint("u", i) }
func otherUID(i int) string { return fmt.Sprint("v", i) }
func ownName(i int) string  { return fmt.Sprint("x", i) }
func alarm(i int) string    { return fmt.Sprint("-x:", i) }
func sameName(int) string   { return "-x" }
func keptAs(uid string) (r ledger.Record) {
	return ledger.Record{Kind: ledger.Kept, Time: longAgo, Key: ledger.MakeKey(uid, 1), WireSize: oneSize}
}

// underOneUID makes records of messages that share a UID.
func underOneUID(name func(int) string) func(int) ledger.Record {
	return func(i int) ledger.Record {
		r := keptAs("")
		r.Key, r.Digests = ledger.MakeKey("", i+1), printsOf(textOf(name(i))).Digests
		return r
	}
}

// underOwnUID makes records of messages with a UID each.
func underOwnUID(name func(int) string) func(int) ledger.Record {
	return func(i int) ledger.Record {
		r := keptAs(ownUID(i))
		r.Digests = printsOf(textOf(name(i))).Digests
		return r
	}
}

// withFields makes records of version 1 of the ledger.
func withFields(i int) ledger.Record {
	r := keptAs(ownUID(i))
	r.Digests.Fingerprint = printsOf(textOf(ownName(i))).Fields
	return r
}

// BenchmarkOneUID tells many messages apart that share a UID. It is to take a time
// that grows with their number, and no faster.
func BenchmarkOneUID(b *testing.B) {
	measureAll(b, []crowd{
		{name: "not shown", known: underOneUID(alarm), uid: sameUID, message: alarm},
		{name: "headers differ", known: underOneUID(ownName), uid: sameUID, message: ownName, shown: true},
		{name: "one header", known: underOneUID(alarm), uid: sameUID, message: alarm, shown: true},
		{name: "one content", known: underOneUID(sameName), uid: sameUID, message: sameName, shown: true},
	})
}

// BenchmarkMoved finds many messages under other UIDs.
func BenchmarkMoved(b *testing.B) {
	measureAll(b, []crowd{
		{name: "not shown", known: underOwnUID(alarm), uid: otherUID, message: alarm},
		{name: "headers differ", known: underOwnUID(ownName), uid: otherUID, message: ownName, shown: true},
		{name: "one header", known: underOwnUID(alarm), uid: otherUID, message: alarm, shown: true},
		{name: "one content", known: underOwnUID(sameName), uid: otherUID, message: sameName, shown: true},
		{name: "five fields", known: withFields, uid: otherUID, message: ownName, shown: true},
	})
}

// BenchmarkDue proves many messages that are to be deleted.
func BenchmarkDue(b *testing.B) {
	measureAll(b, []crowd{
		{name: "headers differ", known: underOwnUID(ownName), uid: ownUID, message: ownName, shown: true},
		{name: "back", known: underOwnUID(ownName), uid: ownUID, message: ownName, shown: true, gone: true},
		{name: "one content", known: underOwnUID(sameName), uid: ownUID, message: sameName, shown: true},
	})
}

func measureAll(b *testing.B, crowds []crowd) {
	for _, c := range crowds {
		for _, many := range []int{10_000, 30_000} {
			b.Run(fmt.Sprint(c.name, "/", many), func(b *testing.B) { c.measure(b, many) })
		}
	}
}

func (c crowd) measure(b *testing.B, many int) {
	records, prints := make([]ledger.Record, many), make([]Prints, many)
	for i := range many {
		records[i], prints[i] = c.known(i), printsOf(textOf(c.message(i)))
	}
	if c.gone {
		for i := range many {
			records = append(records, ledger.Record{Kind: ledger.Gone, Time: longAgo, Key: records[i].Key})
		}
	}
	known := knowingRecords(b, records...)
	for b.Loop() {
		list := NewListing(known)
		for i := range many {
			list.AddUID(i+1, []byte(c.uid(i)))
			list.SetSize(i+1, oneSize)
		}
		m := NewMatcher(list, func(ledger.Entry) bool { return true })
		for targets := m.WantedHeaders(); len(targets) > 0; targets = m.WantedHeaders() {
			headers := make([]Header, len(targets))
			for i, t := range targets {
				headers[i] = Header{Shown: c.shown}
				if c.shown {
					headers[i].Prints = prints[t.Number-1]
				}
			}
			m.SetHeaders(headers)
		}
		m.SettleKeys()
		compareAll(b, m, list, prints)
	}
}

// compareAll has the content of all messages compared that only that tells.
func compareAll(b *testing.B, m *Matcher, list *Listing, prints []Prints) {
	m.BeginComparing()
	for place := range list.Len() {
		v := m.VerdictAt(place)
		if !v.IsKnown && !v.Ask {
			b.Fatalf("message %d is new", place+1)
		}
		if t := list.TargetAt(place); v.Ask && !m.CompareContent(t, prints[t.Number-1]) {
			b.Fatalf("message %d is new, now that its content is known", place+1)
		}
	}
	m.EndComparing()
	m.DrainRecords()
}

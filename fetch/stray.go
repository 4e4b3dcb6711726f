package fetch

import "popfetch/store/ledger"

// strays returns the numbers of messages with new UIDs that may be known by
// others: where the server has UIDs on one day and none worth the name on
// another, or where an earlier run didn't come to the end of a move. It is nil
// otherwise.
func (l *Listing) strays(from int) map[int]bool {
	away := l.away()
	away.odd = away.odd || l.empty // another message may have had it
	if away == (kinds{}) {
		return nil
	}
	var fresh kinds
	numbers := map[string][]int{}
	for place := from; place < l.Len(); place++ {
		if !l.entry(place).Fetched() {
			t := l.target(place)
			fresh.add(t.UID, isCopy(t.Key))
			numbers[t.UID] = append(numbers[t.UID], t.Number)
		}
	}
	mixed := away.named && fresh.real || away.real && fresh.named
	if !away.odd && !l.odd && !fresh.odd && !mixed && !l.halfMoved() {
		return nil
	}
	for key, entry := range l.known.All() {
		if entry.Fetched() {
			delete(numbers, key.UID()) // what had the UID before is looked at
		}
	}
	strays := map[int]bool{}
	for _, each := range numbers {
		for _, number := range each {
			strays[number] = true
		}
	}
	return strays
}

// kinds are the kinds of UIDs that some messages have.
type kinds struct{ real, named, odd bool }

func (k *kinds) add(uid string, isCopy bool) {
	switch {
	case isCopy || isOdd(uid):
		k.odd = true
	case isNamed(uid):
		k.named = true
	default:
		k.real = true
	}
}

// away are the UIDs of messages that may come again under others.
func (l *Listing) away() (away kinds) {
	listed := l.rows()
	for row := range l.known.Rows() {
		if key, entry := l.known.Row(row); recallable(entry) && !listed.has(row) {
			away.add(key.UID(), isCopy(key))
		}
	}
	return away
}

// maxUID is how long a UID may be, RFC 1939 section 7.
const maxUID = 70

// isOdd reports whether the UID is none by RFC 1939 section 7.
func isOdd[T string | []byte](uid T) bool {
	for i := range len(uid) {
		if uid[i] < 0x21 || uid[i] > 0x7e {
			return true
		}
	}
	return len(uid) == 0 || len(uid) > maxUID
}

// allMoved reports whether all UIDs in the listing are new, as far as a run that
// died hasn't written down already which messages they stand for.
func (l *Listing) allMoved() bool {
	var behind map[ledger.Fingerprint]bool
	for place := range l.messages {
		entry := l.entry(place)
		if entry == (ledger.Entry{}) {
			continue
		}
		if !entry.Marked() || !recognisable(entry) {
			return false
		}
		if behind == nil {
			behind = l.leftBehind()
		}
		if !behind[entry.Fingerprint] {
			return false
		}
	}
	return true
}

// halfMoved reports whether some messages are known by other UIDs than before,
// and what they were known by isn't gone yet: not all that moved was told.
func (l *Listing) halfMoved() bool {
	behind := l.leftBehind()
	for place := 0; len(behind) > 0 && place < l.Len(); place++ {
		if entry := l.entry(place); entry.Marked() && behind[entry.Fingerprint] {
			return true
		}
	}
	return false
}

// leftBehind are the fingerprints of messages that were listed the last time,
// and aren't any more.
func (l *Listing) leftBehind() map[ledger.Fingerprint]bool {
	prints := map[ledger.Fingerprint]bool{}
	listed := l.rows()
	for row := range l.known.Rows() {
		if _, entry := l.known.Row(row); recallable(entry) && !entry.Gone() && !listed.has(row) {
			prints[entry.Fingerprint] = true
		}
	}
	return prints
}

// recallable reports whether a message was fetched, and it is known what tells it:
// its header, or all of it.
func recallable(entry ledger.Entry) bool {
	return entry.Fetched() && entry.Fingerprint != (ledger.Fingerprint{})
}

package fetch

import (
	"popfetch/fetch/pop3"
	"popfetch/store/ledger"
)

// A Listing is what the server lists, in its order. As the ledger has the UIDs
// already, or will have them, eight bytes do for each message.
type Listing struct {
	known    *ledger.Ledger
	messages []listed
	copies   map[string]int // how many messages have a UID, where it is more than one
	sizes    map[int]int64  // as the server tells them, by number; empty where it wasn't asked
	failed   []Failure      // messages that could not be listed
	odd      bool           // some UIDs are none by RFC 1939
	empty    bool           // one of them is empty

	seen    bits           // rows of the ledger that are listed
	numbers map[int32]bool // those listed, once they don't just go up
}

type listed struct {
	number int32
	row    int32 // of the key in the ledger
}

// NewListing returns an empty listing. Messages that the ledger doesn't know
// get a row there, and nothing more.
func NewListing(known *ledger.Ledger) *Listing {
	return &Listing{known: known, copies: map[string]int{}, sizes: map[int]int64{}}
}

// Add takes in a line of the server's list. A number that comes again says
// nothing new. Of several messages with one UID each has a key of its own.
func (l *Listing) Add(number int, uid []byte) {
	if l.isListed(int32(number)) {
		return
	}
	l.odd = l.odd || isOdd(uid)
	l.empty = l.empty || len(uid) == 0
	row := l.known.RowOfUID(uid)
	if !l.seen.add(row) {
		n := max(l.copies[string(uid)], 1) + 1
		l.copies[string(uid)] = n
		row = l.known.RowOf(ledger.MakeKey(string(uid), n))
		l.seen.add(row)
	}
	l.messages = append(l.messages, listed{int32(number), int32(row)})
}

// tell takes in a size. Of a maildrop that has grown large they don't matter.
func (l *Listing) tell(number int, size int64) {
	if len(l.sizes) < 2*maxCompared {
		l.sizes[number] = size
	}
}

// told returns the size of a message as the server tells it, or 0 if that isn't
// known.
func (l *Listing) told(number int) int64 { return max(l.sizes[number], 0) }

// isReplaced reports whether the message of that number isn't as large as the
// one that had its UID before: it may be another one, and its header can tell.
// Where it can't, all of the message doesn't either: servers that tell another
// size each day are those that make another message of it, too.
func (l *Listing) isReplaced(number int, known ledger.Entry) bool {
	told := l.told(number)
	return recognisable(known) && known.Told > 0 && told > 0 && told != known.Told
}

// isListed takes no memory for a server that counts upwards, as all should.
func (l *Listing) isListed(number int32) bool {
	if n := len(l.messages); l.numbers == nil && (n == 0 || number > l.messages[n-1].number) {
		return false
	}
	if l.numbers == nil {
		l.numbers = make(map[int32]bool, len(l.messages))
		for _, m := range l.messages {
			l.numbers[m.number] = true
		}
	}
	before := l.numbers[number]
	l.numbers[number] = true
	return before
}

// Len is the number of messages in the listing.
func (l *Listing) Len() int { return len(l.messages) }

// target returns the message at a place of the listing.
func (l *Listing) target(place int) Target {
	key, _ := l.known.Row(int(l.messages[place].row))
	return Target{pop3.Item{Number: int(l.messages[place].number), UID: key.UID(), Size: -1}, key}
}

// entry returns what the ledger knows of the message at a place.
func (l *Listing) entry(place int) ledger.Entry {
	_, entry := l.known.Row(int(l.messages[place].row))
	return entry
}

// giveKey gives the message at a place another key.
func (l *Listing) giveKey(place int, key ledger.Key) {
	l.messages[place].row = int32(l.known.RowOf(key))
}

// rows returns the rows of all keys in the listing.
func (l *Listing) rows() (rows bits) {
	for _, m := range l.messages {
		rows.add(int(m.row))
	}
	return rows
}

// bits is a set of small numbers.
type bits []uint64

// add reports whether the number wasn't in the set before.
func (b *bits) add(n int) bool {
	for n/64 >= len(*b) {
		*b = append(*b, 0)
	}
	word, bit := &(*b)[n/64], uint64(1)<<(n%64)
	isNew := *word&bit == 0
	*word |= bit
	return isNew
}

func (b bits) has(n int) bool { return n/64 < len(b) && b[n/64]>>(n%64)&1 != 0 }

package match

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"popfetch/store/ledger"
)

// A Listing is what the server lists, in its order. As the ledger has the UIDs
// already, or will have them, eight bytes do for each message.
type Listing struct {
	known    *ledger.Ledger
	messages []listed
	copies   map[string]int  // how many messages have a UID, where it is more than one
	sizes    []int64         // by place, and 1 more than the server tells, so that 0 is untold; those behind the last told are left out
	told     int             // how many of them are told
	headers  map[int]Prints  // of a maildrop without UIDs: what TOP showed, by number
	hasOdd   bool            // some UIDs are none by RFC 1939
	numbered bool            // each UID is its message's number
	seen     bits            // rows of the ledger that are listed
	places   map[int32]int32 // by number, once these don't just go up
}

type listed struct {
	number int32
	row    int32 // of the key in the ledger
}

// A Target is a message of this session's listing.
type Target struct {
	Number int
	UID    string     // as the server sent it, or a pseudo-UID
	Size   int64      // in bytes, as the server counts them; -1 where it wasn't told
	Key    ledger.Key // under which the ledger knows it, or will
	Check  bool       // it may be a known message, and its content tells
	place  int
}

// A Ref stands for a Target, in 24 bytes: there may be a million.
type Ref struct {
	Key   ledger.Key // see Target
	Check bool
	place int32
}

// NewListing returns an empty listing. Messages that the ledger doesn't know
// get a row there, and nothing more.
func NewListing(known *ledger.Ledger) *Listing {
	return &Listing{known: known, copies: map[string]int{}, numbered: true}
}

// AddUID takes in a line of the server's list. A number that comes again says
// nothing new. Of several messages with one UID each has a key of its own. A
// long UID is its digest from here on.
func (l *Listing) AddUID(number int, uid []byte) {
	if l.placeOf(number) >= 0 {
		return
	}
	uid = ledger.ShortUID(uid)
	l.hasOdd = l.hasOdd || IsOdd(uid)
	l.numbered = l.numbered && isNumber(uid, number)
	l.addMessage(number, uid, l.known.RowOfUID(uid))
}

// AddHeader takes in a message of a server that has no UIDs worth the name, with
// what its header says. Its pseudo-UID is made of the header digest.
func (l *Listing) AddHeader(number int, size int64, header Prints) {
	if l.headers == nil {
		l.headers, l.numbered = map[int]Prints{}, false
	}
	l.headers[number] = header
	uid := pseudoUID(header.Header)
	l.addMessage(number, []byte(uid), l.known.RowOf(pseudoKey(uid, 1)))
	l.SetSize(number, size)
}

func (l *Listing) addMessage(number int, uid []byte, row int) {
	if !l.seen.add(row) {
		n := max(l.copies[string(uid)], 1) + 1
		l.copies[string(uid)] = n
		row = l.known.RowOf(l.makeKey(string(uid), n))
		l.seen.add(row)
	}
	if n := len(l.messages); l.places == nil && n > 0 && int32(number) <= l.messages[n-1].number {
		l.places = make(map[int32]int32, n)
		for place, m := range l.messages {
			l.places[m.number] = int32(place)
		}
	}
	if l.places != nil {
		l.places[int32(number)] = int32(len(l.messages))
	}
	if n := len(l.messages); n == cap(l.messages) {
		l.messages = slices.Grow(l.messages, n+1) // append would copy a long list more often
	}
	l.messages = append(l.messages, listed{int32(number), int32(row)})
}

// makeKey returns the key of the copy'th message of a UID.
func (l *Listing) makeKey(uid string, copy int) ledger.Key {
	if l.headers != nil {
		return pseudoKey(uid, copy)
	}
	return ledger.MakeKey(uid, copy)
}

// SetSize takes in the size of a listed message. Of a large maildrop they are not
// wanted all; see MaxSized.
func (l *Listing) SetSize(number int, size int64) {
	place := l.placeOf(number)
	if place < 0 || size < 0 {
		return
	}
	if cap(l.sizes) <= place {
		l.sizes = append(make([]int64, 0, max(len(l.messages), place+1, 2*cap(l.sizes))), l.sizes...)
	}
	if place >= len(l.sizes) {
		l.sizes = l.sizes[:place+1]
	}
	if l.sizes[place] == 0 {
		l.told++
	}
	l.sizes[place] = size + 1
}

// MaxSized is how many messages are compared with the ledger by their sizes as
// well. It takes no round trip, but of a large maildrop LIST costs as much as
// UIDL.
const MaxSized = 1000

// SetFewSizes is SetSize for a maildrop that may be large: then the sizes don't
// matter.
func (l *Listing) SetFewSizes(number int, size int64) {
	if l.told < 2*MaxSized {
		l.SetSize(number, size)
	}
}

// Size returns the size of a message as the server tells it, or -1 if that isn't
// known.
func (l *Listing) Size(number int) int64 { return l.sizeAt(l.placeOf(number)) }

func (l *Listing) sizeAt(place int) int64 {
	if place < 0 || place >= len(l.sizes) {
		return -1
	}
	return l.sizes[place] - 1
}

// Header returns what TOP or RETR showed of a message with a pseudo-UID.
func (l *Listing) Header(number int) Prints { return l.headers[number] }

// HasSizes reports whether the server told any size.
func (l *Listing) HasSizes() bool { return l.told > 0 }

// IsNumbered reports whether each UID is the number of its message. Then a server may
// make its UIDs of that, and give them to others as soon as a message is deleted.
func (l *Listing) IsNumbered() bool { return l.numbered && len(l.messages) > 0 }

// IsPseudo reports whether the messages have pseudo-UIDs.
func (l *Listing) IsPseudo() bool { return l.headers != nil }

// placeOf returns the place of a number in the listing, or -1. It takes no memory for a
// server that counts upwards, as all should.
func (l *Listing) placeOf(number int) int {
	if l.places != nil {
		if place, listed := l.places[int32(number)]; listed {
			return int(place)
		}
		return -1
	}
	n := len(l.messages)
	if n == 0 || int32(number) > l.messages[n-1].number {
		return -1
	}
	place, listed := slices.BinarySearchFunc(l.messages, int32(number), func(m listed, number int32) int { return cmp.Compare(m.number, number) })
	if !listed {
		return -1
	}
	return place
}

// Ledger is the ledger that the listing is compared with.
func (l *Listing) Ledger() *ledger.Ledger { return l.known }

// Len is the number of messages in the listing.
func (l *Listing) Len() int { return len(l.messages) }

// CountDoubles is how many messages have the UID of one that is listed before them.
func (l *Listing) CountDoubles() (n int) {
	for uid, messages := range l.copies {
		if uid != "" {
			n += messages - 1
		}
	}
	return n
}

// TargetAt returns the message at a place of the listing.
func (l *Listing) TargetAt(place int) Target {
	m := l.messages[place]
	key, _ := l.known.Row(int(m.row))
	return Target{Number: int(m.number), UID: key.UID(), Size: l.sizeAt(place), Key: key, place: place}
}

// RefAt returns the message at a place of the listing.
func (l *Listing) RefAt(place int) Ref {
	key, _ := l.known.Row(int(l.messages[place].row))
	return Ref{Key: key, place: int32(place)}
}

// TargetOf returns the message that a Ref stands for. It reads no ledger: that is the
// committer's during a transfer.
func (l *Listing) TargetOf(r Ref) Target {
	place := int(r.place)
	return Target{
		Number: l.NumberOf(r), UID: r.Key.UID(), Size: l.sizeAt(place), Key: r.Key, Check: r.Check, place: place,
	}
}

// NumberOf returns the number of the message that a Ref stands for.
func (l *Listing) NumberOf(r Ref) int { return int(l.messages[r.place].number) }

// SizeOf returns the size of the message that a Ref stands for, or -1 if that isn't known.
func (l *Listing) SizeOf(r Ref) int64 { return l.sizeAt(int(r.place)) }

// Ref returns the Ref that stands for the Target.
func (t Target) Ref() Ref { return Ref{t.Key, t.Check, int32(t.place)} }

// EntryAt returns what the ledger knows of the key at a place.
func (l *Listing) EntryAt(place int) ledger.Entry {
	_, entry := l.known.Row(int(l.messages[place].row))
	return entry
}

// setKey gives the message at a place another key.
func (l *Listing) setKey(place int, key ledger.Key) {
	l.messages[place].row = int32(l.known.RowOf(key))
}

// listedRows returns the rows of all keys in the listing.
func (l *Listing) listedRows() (rows bits) {
	for _, m := range l.messages {
		rows.add(int(m.row))
	}
	return rows
}

// IsOdd reports whether the UID is none by RFC 1939 section 7.
func IsOdd[T string | []byte](uid T) bool {
	for i := range len(uid) {
		if uid[i] < 0x21 || uid[i] > 0x7e {
			return true
		}
	}
	return len(uid) == 0 || len(uid) > ledger.MaxUID
}

// isNumber reports whether the UID is the number of its message.
func isNumber(uid []byte, number int) bool {
	var digits [20]byte
	return string(uid) == string(strconv.AppendInt(digits[:0], int64(number), 10))
}

// IsCopy reports whether the key is that of a message that was not the first
// to have its UID; see ledger.Key.
func IsCopy(key ledger.Key) bool { return strings.Contains(string(key), "~") }

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

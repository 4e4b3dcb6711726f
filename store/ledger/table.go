package ledger

import (
	"hash/maphash"
	"iter"
	"math"
	"strings"
	"time"
)

// A table holds an entry for each key, in rows that are numbered from 0. A key
// keeps its row, so that whoever goes over a maildrop needs no more than a
// number for each of its messages.
//
// A Go map would take twice the memory, have the garbage collector look at
// each key, and couldn't number them. To touch memory for the first time is
// what costs most when a ledger is read.
type table struct {
	seed   maphash.Seed
	slots  []slot // by hash, then linear
	blocks []*[blockRows]row
	rows   int
	live   int // rows of which something is known
	text   text
}

// A row is an entry with its key, without a pointer in it.
type row struct {
	stored      int64
	content     [16]byte // the ContentDigest, or the Fingerprint where flags say so
	header      HeaderDigest
	since, gone uint32 // Unix seconds; see Entry
	wire        uint32 // see Entry
	start       uint32 // of the key in the table's text
	length      uint16
	state       state // 0 if nothing is known
	flags       flags
}

// A slot holds the hash of a key and the number of its row, counted from 1, or
// nothing. The hash saves most looks at rows of other keys.
type slot struct{ hash, row uint32 }

const (
	blockRows = 1024 // by which the table grows: nothing is ever copied
	minSlots  = 1024
)

// newTable returns a table with slots for so many keys.
func newTable(keys int) table {
	t := table{seed: maphash.MakeSeed()}
	n := minSlots
	for isCrowded(keys, n) {
		n *= 2
	}
	t.slots = make([]slot, n)
	return t
}

// isCrowded reports whether so many keys are too many for the slots.
func isCrowded(keys, slots int) bool { return keys > slots/5*4 }

func (t *table) rowAt(n int) *row { return &t.blocks[n/blockRows][n%blockRows] }

func (t *table) keyOf(n int) string {
	r := t.rowAt(n)
	return t.text.stringAt(r.start, r.length)
}

// hashOf returns the hash of a key, the same for a string and for its bytes. What is
// generic here spares a copy of each UID of a listing and of each key of a file.
func hashOf[K string | []byte](t *table, key K) uint32 {
	switch key := any(key).(type) {
	case []byte:
		return uint32(maphash.Bytes(t.seed, key))
	case string:
		return uint32(maphash.String(t.seed, key))
	}
	panic("ledger: no key")
}

// slotOf returns the slot that the key is in, or the free one that it would get.
func slotOf[K string | []byte](t *table, hash uint32, key K) *slot {
	mask := len(t.slots) - 1
	for i := int(hash) & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.row == 0 || s.hash == hash && t.keyOf(int(s.row-1)) == string(key) {
			return s
		}
	}
}

// findRow returns the row of a key, or -1 if it has none.
func (t *table) findRow(key string) int { return int(slotOf(t, hashOf(t, key), key).row) - 1 }

// findOrAddRow returns the row of a key, and gives it one if it has none.
func findOrAddRow[K string | []byte](t *table, key K) int {
	hash := hashOf(t, key)
	s := slotOf(t, hash, key)
	if s.row != 0 {
		return int(s.row) - 1
	}
	if t.rows%blockRows == 0 {
		t.blocks = append(t.blocks, new([blockRows]row))
	}
	n := t.rows
	t.rows++
	r := t.rowAt(n)
	r.start, r.length = addText(&t.text, key)
	*s = slot{hash, uint32(t.rows)}
	if isCrowded(t.rows, len(t.slots)) {
		t.doubleSlots()
	}
	return n
}

// doubleSlots doubles the slots.
func (t *table) doubleSlots() {
	old := t.slots
	t.slots = make([]slot, 2*len(old))
	mask := len(t.slots) - 1
	for _, s := range old {
		if s.row == 0 {
			continue
		}
		i := int(s.hash) & mask
		for t.slots[i].row != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = s
	}
}

// entryOf returns what is known of the key in a row.
func (t *table) entryOf(n int) Entry {
	r := t.rowAt(n)
	e := Entry{
		StoredSize: r.stored, WireSize: int64(r.wire),
		since: int64(r.since), gone: int64(r.gone), state: r.state, flags: r.flags &^ fingerprinted,
	}
	if r.flags&fingerprinted != 0 {
		e.Digests.Fingerprint = r.content
	} else {
		e.Digests.Header, e.Digests.Content = r.header, r.content
	}
	return e
}

// setEntry changes what is known of the key in a row.
func (t *table) setEntry(n int, e Entry) {
	r := t.rowAt(n)
	if r.state != 0 {
		t.live--
	}
	if e.state != 0 {
		t.live++
	}
	r.header, r.content, r.flags = e.Digests.Header, e.Digests.Content, e.flags
	if e.Digests.Fingerprint != (Fingerprint{}) {
		r.content, r.flags = e.Digests.Fingerprint, e.flags|fingerprinted
	}
	r.stored, r.state = e.StoredSize, e.state
	r.since, r.gone, r.wire = uint32(e.since), uint32(e.gone), uint32(e.WireSize)
}

// allEntries yields the keys of which something is known, in the order of their rows.
func (t *table) allEntries() iter.Seq2[Key, Entry] {
	return func(yield func(Key, Entry) bool) {
		for n := range t.rows {
			if t.rowAt(n).state != 0 && !yield(Key(t.keyOf(n)), t.entryOf(n)) {
				return
			}
		}
	}
}

// unixSeconds are those of a time since 1970, from 1 up to the year 2106.
func unixSeconds(t time.Time) int64 { return min(max(t.Unix(), 1), math.MaxUint32) }

// A text holds many short strings in a few long ones, so that they cost no
// allocation each.
type text struct{ blocks []*strings.Builder }

// maxKey is how long a key may be, in bytes. The longest line that a server may
// send has a third of it, and each byte of it takes three at most.
const maxKey = 1<<16 - 1

// textBlock is the size of a block, so that 16 bits of a string's start tell
// the block and 16 where in it.
const textBlock = 1 << 16

func addText[K string | []byte](t *text, s K) (start uint32, length uint16) {
	last := len(t.blocks) - 1
	if last < 0 || t.blocks[last].Len()+len(s) > textBlock {
		block := &strings.Builder{}
		block.Grow(textBlock)
		t.blocks = append(t.blocks, block)
		last++
	}
	if last > math.MaxUint16 || len(s) > maxKey {
		panic("ledger: keys of more than 2 GB, or one that no server can have sent")
	}
	start = uint32(last)<<16 | uint32(t.blocks[last].Len())
	switch s := any(s).(type) {
	case []byte:
		t.blocks[last].Write(s)
	case string:
		t.blocks[last].WriteString(s)
	}
	return start, uint16(len(s))
}

func (t *text) stringAt(start uint32, length uint16) string {
	at := int(start & (textBlock - 1))
	return t.blocks[start>>16].String()[at : at+int(length)]
}

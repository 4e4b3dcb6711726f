package ledger

import (
	"hash/maphash"
	"iter"
	"strings"
)

// A table holds an entry for each key, in rows that are numbered from 0. A key
// keeps its row, so that whoever goes over a maildrop needs no more than a
// number for each of its messages. An entry of which nothing is known any more
// is the zero Entry, and so is that of a key which only got a row.
//
// A Go map would take twice the memory, and couldn't number the keys.
type table struct {
	seed   maphash.Seed
	slots  []slot // by hash, then linear
	blocks []*[blockRows]row
	rows   int
	live   int // rows of which something is known
	text   arena
}

type row struct {
	key   Key
	entry Entry
}

// A slot holds the hash of a key and the number of its row, counted from 1, or
// nothing. The hash is there because a look at the row itself costs more than
// all else: it mostly lies in no cache.
type slot struct{ hash, row uint32 }

// blockRows is how many rows the table grows by: nothing is ever copied.
const blockRows = 1024

const minSlots = 1024

func newTable() table {
	return table{seed: maphash.MakeSeed(), slots: make([]slot, minSlots)}
}

func (t *table) at(n int) *row { return &t.blocks[n/blockRows][n%blockRows] }

func (t *table) hash(key string) uint32 { return uint32(maphash.String(t.seed, key)) }

// slot returns the slot that the key is in, or the free one that it would get.
func (t *table) slot(hash uint32, key string) *slot {
	mask := len(t.slots) - 1
	for i := int(hash) & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.row == 0 || s.hash == hash && string(t.at(int(s.row-1)).key) == key {
			return s
		}
	}
}

// find returns the row of a key, or -1 if it has none.
func (t *table) find(key string) int { return int(t.slot(t.hash(key), key).row) - 1 }

// place returns the row of a key, and gives it one if it has none.
func (t *table) place(key string) int {
	hash := t.hash(key)
	s := t.slot(hash, key)
	if s.row != 0 {
		return int(s.row) - 1
	}
	if t.rows%blockRows == 0 {
		t.blocks = append(t.blocks, new([blockRows]row))
	}
	n := t.rows
	t.rows++
	t.at(n).key = Key(t.text.add(key))
	*s = slot{hash, uint32(t.rows)}
	if 2*t.rows > len(t.slots) {
		t.widen()
	}
	return n
}

// widen doubles the slots, of which a half may be taken.
func (t *table) widen() {
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

// set changes what is known of the key in a row.
func (t *table) set(n int, e Entry) {
	r := t.at(n)
	if r.entry != (Entry{}) {
		t.live--
	}
	if e != (Entry{}) {
		t.live++
	}
	r.entry = e
}

// all yields the keys of which something is known, in the order of their rows.
func (t *table) all() iter.Seq2[Key, Entry] {
	return func(yield func(Key, Entry) bool) {
		for n := range t.rows {
			if r := t.at(n); r.entry != (Entry{}) && !yield(r.key, r.entry) {
				return
			}
		}
	}
}

// An arena holds many short strings in a few long ones: a million strings of
// their own would be as many allocations.
type arena struct{ block strings.Builder }

const arenaBlock = 64 << 10

func (a *arena) add(text string) string {
	if a.block.Len()+len(text) > a.block.Cap() {
		a.block.Reset()
		a.block.Grow(max(arenaBlock, len(text)))
	}
	from := a.block.Len()
	a.block.WriteString(text)
	return a.block.String()[from:]
}

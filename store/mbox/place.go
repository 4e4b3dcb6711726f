package mbox

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"popfetch/store"
)

// Kind begins every place; see store.MakePlace.
const Kind = "mbox"

// A block is what one batch appends to the mbox: some newlines, which end what
// was there before with a blank line, and the whole spool.
type block struct {
	spool     string // name of the file
	base      int64  // where in the mbox the block begins
	separator int64  // number of newlines
	path      string // of the mbox, without symbolic links; places of old have none
}

// A span is one message within the spool, from its From_ line to the blank
// line behind it.
type span struct{ start, length int64 }

// placeOf tells all that repair needs, as "mbox BASE+SEPARATOR START+LENGTH
// SPOOL PATH", all numbers in bytes. The path is that of the mbox, as the
// configuration may name another one by the time of the repair.
func (b block) placeOf(s span) string {
	return store.MakePlace(Kind,
		fmt.Sprintf("%d+%d", b.base, b.separator),
		fmt.Sprintf("%d+%d", s.start, s.length),
		b.spool, b.path)
}

// PathOf returns the mbox that a place is in.
func PathOf(place string) string {
	b, _, _ := parsePlace(place)
	return b.path
}

func parsePlace(place string) (b block, s span, err error) {
	fields, err := store.SplitPlace(place, Kind, 3)
	if err != nil {
		return b, s, err
	}
	if b.base, b.separator, err = parsePair(fields[0]); err != nil {
		return b, s, err
	}
	s.start, s.length, err = parsePair(fields[1])
	b.spool, b.path, _ = strings.Cut(fields[2], " ")
	return b, s, err
}

func parsePair(text string) (x, y int64, err error) {
	first, second, _ := strings.Cut(text, "+")
	if x, err = strconv.ParseInt(first, 10, 64); err != nil {
		return 0, 0, err
	}
	y, err = strconv.ParseInt(second, 10, 64)
	return x, y, err
}

func newlineReader(n int64) io.Reader { return strings.NewReader(strings.Repeat("\n", int(n))) }

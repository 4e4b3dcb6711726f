package command

import (
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/mattn/go-runewidth"
)

// A fit is how much of a header a table shows.
type fit struct {
	date          string // as package time has it
	from, subject int    // the widest that these columns get, in places on the terminal
}

// usualFit is for what is read elsewhere than on a terminal.
var usualFit = fit{"2006-01-02 15:04", 24, 48}

// What a column needs at least, and how wide a terminal is that has room for
// the time of day.
const (
	leastFrom, leastSubject = 10, 14
	wideTerminal            = 100
)

// piece is how many rows are printed at a time, so that a long listing begins
// to show at once.
const piece = 200

// listTable prints an aligned table. On a terminal, subjects are as long as
// there is room for.
func (p *program) listTable(rows iter.Seq2[listed, error], headers bool) error {
	t := table{right: []bool{true, false, true}} // number and size
	var some []listed
	write := func() error {
		fit := usualFit
		if isTerminal(p.out) {
			columns, _ := sizeOf(p.out)
			fit = fitting(some, columns)
		}
		for _, r := range some {
			if len(t.widths) == 0 && len(t.rows) == 0 {
				t.rows = append(t.rows, heading(headers))
			}
			t.rows = append(t.rows, r.cells(headers, fit))
		}
		some = some[:0]
		return output(t.write(p.out))
	}
	for r, err := range rows {
		if err != nil {
			return err
		}
		if some = append(some, r); len(some) == piece {
			if err := write(); err != nil {
				return err
			}
		}
	}
	return write()
}

func heading(headers bool) []string {
	if !headers {
		return []string{"NUMBER", "STATE", "SIZE", "UID"}
	}
	return []string{"NUMBER", "STATE", "SIZE", "DATE", "FROM", "SUBJECT", "UID"}
}

// fitting lets the rows fit a terminal, as far as the UIDs leave room: they are
// what other commands want to be given.
func fitting(rows []listed, columns int) fit {
	f := usualFit
	if columns < wideTerminal {
		f.date = time.DateOnly
	}
	var t table
	t.rows = append(t.rows, heading(true))
	for _, r := range rows {
		t.rows = append(t.rows, r.cells(true, fit{date: f.date}))
	}
	t.measure()
	room := columns - 1 // some break a line that is full
	for i, width := range t.widths {
		if heading(true)[i] != "FROM" && heading(true)[i] != "SUBJECT" {
			room -= width
		}
		if i > 0 {
			room -= len(gap)
		}
	}
	f.from = max(leastFrom, min(f.from, room/3))
	f.subject = max(leastSubject, room-f.from)
	return f
}

func (r listed) cells(headers bool, f fit) []string {
	number, size, uid := strconv.Itoa(r.Number), sizeText(r.Size), clean(r.UID)
	if !headers {
		return []string{number, r.State, size, uid}
	}
	return []string{
		number, r.State, size, dateText(r.Date, f.date), cell(r.From, f.from), cell(r.Subject, f.subject), uid,
	}
}

// A table is rows of cells that are harmless for a terminal. A character takes
// as many places as a terminal gives it, which may be two.
type table struct {
	rows   [][]string
	right  []bool // the columns whose cells stand on the right
	widths []int  // each column's so far
}

// gap is between two columns.
const gap = "  "

// measure makes each column as wide as its widest cell.
func (t *table) measure() {
	for _, row := range t.rows {
		for i, cell := range row {
			if i == len(t.widths) {
				t.widths = append(t.widths, 0)
			}
			t.widths[i] = max(t.widths[i], runewidth.StringWidth(cell))
		}
	}
}

// write prints the rows and forgets them, but not how wide they were.
func (t *table) write(w io.Writer) error {
	t.measure()
	var text strings.Builder
	for _, row := range t.rows {
		for i, cell := range row {
			switch {
			case i < len(t.right) && t.right[i]:
				cell = runewidth.FillLeft(cell, t.widths[i])
			case i < len(row)-1:
				cell = runewidth.FillRight(cell, t.widths[i])
			}
			if i < len(row)-1 {
				cell += gap
			}
			text.WriteString(cell)
		}
		text.WriteByte('\n')
	}
	t.rows = t.rows[:0]
	_, err := io.WriteString(w, text.String())
	return err
}

func sizeText(size int64) string {
	if size < 0 {
		return "?"
	}
	return strings.Replace(humanize.Bytes(uint64(size)), "kB", "KB", 1)
}

func dateText(date *string, layout string) string {
	if date == nil {
		return ""
	}
	t, err := time.Parse(time.RFC3339, *date)
	if err != nil {
		return ""
	}
	return t.Local().Format(layout)
}

// cell makes the text of a header fit for a table.
func cell(text *string, width int) string {
	if text == nil {
		return ""
	}
	return runewidth.Truncate(clean(strings.Join(strings.Fields(*text), " ")), width, "…")
}

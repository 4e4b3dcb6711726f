package command

import (
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/mattn/go-runewidth"
)

// A fit is how much of a listing a table shows.
type fit struct {
	date          string // as package time has it
	from, subject int    // the widest that these columns get, in places on the terminal
	uid           int    // of the UID likewise
	columns       []int  // those shown, by their places in heading
}

// The places of columns in heading.
const (
	columnState = 1 + iota
	columnSize
	columnDate
	columnFrom
	columnSubject
	columnUID
)

// unbounded is wider than any text.
const unbounded = 1 << 20

// usualFit is for what is read elsewhere than on a terminal: nothing is cut.
var usualFit = fit{"2006-01-02 15:04", unbounded, unbounded, unbounded, []int{0, 1, 2, 3, 4, 5, 6}}

// narrowed are the columns for narrower and narrower terminals.
var narrowed = [][]int{
	usualFit.columns,
	{0, columnState, columnSize, columnFrom, columnSubject, columnUID},
	{0, columnState, columnFrom, columnSubject, columnUID},
	{0, columnState, columnSubject, columnUID},
	{0, columnSubject, columnUID},
}

// What a column needs at least, and how wide a terminal is that has room for
// the time of day. Commands take as little of a UID as leastUID.
const (
	leastFrom, leastSubject, leastUID = 10, 10, 8
	mostFrom                          = 24
	wideTerminal                      = 100
)

// piece is how many rows are printed at a time, so that a long listing begins
// to show at once.
const piece = 200

// listTable prints an aligned table. On a terminal, each message is one line.
func (p *program) listTable(rows iter.Seq2[listed, error], headers bool) error {
	t := table{right: []bool{true}} // the number
	var some []listed
	write := func() error {
		fit := usualFit
		if isTerminal(p.out) && headers {
			columns, _ := sizeOf(p.out)
			fit = fitting(some, columns)
		}
		for _, r := range some {
			if len(t.widths) == 0 && len(t.rows) == 0 {
				t.rows = append(t.rows, heading(headers, fit))
				t.right = []bool{true, false, !headers || slices.Contains(fit.columns, columnSize)}
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

func heading(headers bool, f fit) []string {
	if !headers {
		return []string{"NUMBER", "STATE", "SIZE", "UID"}
	}
	return f.pick([]string{"NUMBER", "STATE", "SIZE", "DATE", "FROM", "SUBJECT", "UID"})
}

// pick takes the cells of the columns that are shown.
func (f fit) pick(all []string) []string {
	picked := make([]string, len(f.columns))
	for i, column := range f.columns {
		picked[i] = all[column]
	}
	return picked
}

// fitting lets the rows fit a terminal. On a narrow one columns are left out, and at
// last a part of the UIDs.
func fitting(rows []listed, columns int) fit {
	f := usualFit
	if columns < wideTerminal {
		f.date = time.DateOnly
	}
	room := 0
	for _, f.columns = range narrowed {
		if room = f.room(rows, columns); room >= f.least() {
			break
		}
	}
	if lack := f.least() - room; lack > 0 {
		f.uid = max(leastUID, widestUID(rows)-lack)
	}
	room = max(room, f.least())
	f.from = max(leastFrom, min(mostFrom, room/3))
	f.subject = room
	if slices.Contains(f.columns, columnFrom) {
		f.subject -= f.from
	}
	return f
}

// least is what sender and subject need of a terminal.
func (f fit) least() int {
	if slices.Contains(f.columns, columnFrom) {
		return leastFrom + leastSubject
	}
	return leastSubject
}

// room is what the other columns leave to them.
func (f fit) room(rows []listed, columns int) int {
	bare := f
	bare.from, bare.subject = 0, 0
	t := table{rows: [][]string{heading(true, f)}}
	for _, r := range rows {
		t.rows = append(t.rows, r.cells(true, bare))
	}
	t.measure()
	room := columns - 1 // some break a line that is full
	for i, width := range t.widths {
		if column := f.columns[i]; column != columnFrom && column != columnSubject {
			room -= width
		}
		if i > 0 {
			room -= len(gap)
		}
	}
	return room
}

func widestUID(rows []listed) (widest int) {
	for _, r := range rows {
		widest = max(widest, runewidth.StringWidth(clean(r.UID)))
	}
	return widest
}

func (r listed) cells(headers bool, f fit) []string {
	number, size, uid := strconv.Itoa(r.Number), sizeText(r.Size), runewidth.Truncate(clean(r.UID), f.uid, "")
	if !headers {
		return []string{number, r.State, size, uid}
	}
	return f.pick([]string{
		number, r.State, size, dateText(r.Date, f.date), cell(r.From, f.from), cell(r.Subject, f.subject), uid,
	})
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

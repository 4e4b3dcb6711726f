package command

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"popfetch/command/term"
)

// A fit is how much of a listing a table shows.
type fit struct {
	date          string // as package time has it
	from, subject int    // the widest that these columns get, in places on the terminal
	uid           int    // of the UID likewise
	columns       []int  // those shown, by their places in headingCells
}

// The places of columns in headingCells.
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
	t := term.Table{Right: []bool{true}} // the number
	var some []listed
	write := func() error {
		fit := usualFit
		if term.IsTerminal(p.Out) && headers {
			columns, _ := term.SizeOf(p.Out)
			fit = newFit(some, columns)
		}
		for _, r := range some {
			if len(t.Widths) == 0 && len(t.Rows) == 0 {
				t.Rows = append(t.Rows, headingCells(headers, fit))
				t.Right = []bool{true, false, !headers || slices.Contains(fit.columns, columnSize)}
			}
			t.Rows = append(t.Rows, r.tableCells(headers, fit))
		}
		some = some[:0]
		return markOutput(t.WriteRows(p.Out))
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

func headingCells(headers bool, f fit) []string {
	if !headers {
		return []string{"NUMBER", "STATE", "SIZE", "UID"}
	}
	return f.pickCells([]string{"NUMBER", "STATE", "SIZE", "DATE", "FROM", "SUBJECT", "UID"})
}

// pickCells takes the cells of the columns that are shown.
func (f fit) pickCells(all []string) []string {
	picked := make([]string, len(f.columns))
	for i, column := range f.columns {
		picked[i] = all[column]
	}
	return picked
}

// newFit lets the rows fit a terminal. On a narrow one columns are left out, and at
// last a part of the UIDs.
func newFit(rows []listed, columns int) fit {
	f := usualFit
	if columns < wideTerminal {
		f.date = time.DateOnly
	}
	room := 0
	for _, f.columns = range narrowed {
		if room = f.textRoom(rows, columns); room >= f.leastRoom() {
			break
		}
	}
	if lack := f.leastRoom() - room; lack > 0 {
		f.uid = max(leastUID, widestUID(rows)-lack)
	}
	room = max(room, f.leastRoom())
	f.from = max(leastFrom, min(mostFrom, room/3))
	f.subject = room
	if slices.Contains(f.columns, columnFrom) {
		f.subject -= f.from
	}
	return f
}

// leastRoom is what sender and subject need of a terminal.
func (f fit) leastRoom() int {
	if slices.Contains(f.columns, columnFrom) {
		return leastFrom + leastSubject
	}
	return leastSubject
}

// textRoom is what the other columns leave to them.
func (f fit) textRoom(rows []listed, columns int) int {
	bare := f
	bare.from, bare.subject = 0, 0
	t := term.Table{Rows: [][]string{headingCells(true, f)}}
	for _, r := range rows {
		t.Rows = append(t.Rows, r.tableCells(true, bare))
	}
	t.MeasureColumns()
	room := columns - 1 // some break a line that is full
	for i, width := range t.Widths {
		if column := f.columns[i]; column != columnFrom && column != columnSubject {
			room -= width
		}
		if i > 0 {
			room -= len(term.Gap)
		}
	}
	return room
}

func widestUID(rows []listed) (widest int) {
	for _, r := range rows {
		widest = max(widest, term.Width(r.UID))
	}
	return widest
}

func (r listed) tableCells(headers bool, f fit) []string {
	number, size, uid := strconv.Itoa(r.Number), term.FormatSize(r.Size), term.Shorten(r.UID, f.uid, "")
	if !headers {
		return []string{number, r.State, size, uid}
	}
	return f.pickCells([]string{
		number, r.State, size, dateText(r.Date, f.date), cellText(r.From, f.from), cellText(r.Subject, f.subject), uid,
	})
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

// cellText makes the text of a header fit for a table.
func cellText(text *string, width int) string {
	if text == nil {
		return ""
	}
	return term.Shorten(strings.Join(strings.Fields(*text), " "), width, "…")
}

package term

import (
	"io"
	"strings"

	"github.com/mattn/go-runewidth"
)

// A Table is rows of cells that are harmless for a terminal. A character takes
// as many places as a terminal gives it, which may be two.
type Table struct {
	Rows   [][]string
	Right  []bool // the columns whose cells stand on the right
	Widths []int  // each column's so far
}

// Gap is between two columns.
const Gap = "  "

// MeasureColumns makes each column as wide as its widest cell.
func (t *Table) MeasureColumns() {
	for _, row := range t.Rows {
		for i, cell := range row {
			if i == len(t.Widths) {
				t.Widths = append(t.Widths, 0)
			}
			t.Widths[i] = max(t.Widths[i], runewidth.StringWidth(cell))
		}
	}
}

// WriteRows prints the rows and forgets them, but not how wide they were.
func (t *Table) WriteRows(w io.Writer) error {
	t.MeasureColumns()
	var text strings.Builder
	for _, row := range t.Rows {
		for i, cell := range row {
			switch {
			case i < len(t.Right) && t.Right[i]:
				cell = runewidth.FillLeft(cell, t.Widths[i])
			case i < len(row)-1:
				cell = runewidth.FillRight(cell, t.Widths[i])
			}
			if i < len(row)-1 {
				cell += Gap
			}
			text.WriteString(cell)
		}
		text.WriteByte('\n')
	}
	t.Rows = t.Rows[:0]
	_, err := io.WriteString(w, text.String())
	return err
}

// Width is how many places of a terminal a text takes once it is harmless.
func Width(text string) int { return runewidth.StringWidth(Clean(text)) }

// Shorten makes a text harmless and cuts it to so many places, the mark of the
// cut among them.
func Shorten(text string, width int, mark string) string {
	return runewidth.Truncate(Clean(text), width, mark)
}

// Pad makes a text harmless and fills it up to so many places.
func Pad(text string, width int) string { return runewidth.FillRight(Clean(text), width) }

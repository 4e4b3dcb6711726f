package command

import (
	"io"
	"strings"

	"github.com/mattn/go-runewidth"
)

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

// displayWidth is how many places of a terminal a text takes once it is harmless.
func displayWidth(text string) int { return runewidth.StringWidth(clean(text)) }

// shortened makes a text harmless and cuts it to so many places, the mark of the
// cut among them.
func shortened(text string, width int, mark string) string {
	return runewidth.Truncate(clean(text), width, mark)
}

// padded makes a text harmless and fills it up to so many places.
func padded(text string, width int) string { return runewidth.FillRight(clean(text), width) }

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

// The widest that these columns get, in places on the terminal.
const (
	fromWidth    = 24
	subjectWidth = 48
)

// listTable prints an aligned table, in pieces, so that a long listing begins
// to show at once.
func (p *program) listTable(rows iter.Seq2[listed, error], headers bool) error {
	const piece = 200 // rows
	var t table
	for r, err := range rows {
		if err != nil {
			return err
		}
		if len(t) == 0 {
			t = append(t, heading(headers))
		}
		if t = append(t, r.cells(headers)); len(t) > piece {
			if err := t.write(p.out); err != nil {
				return output(err)
			}
			t = append(t[:0], nil) // no heading any more
		}
	}
	return output(t.write(p.out))
}

func heading(headers bool) []string {
	if !headers {
		return []string{"NUMBER", "STATE", "SIZE", "UID"}
	}
	return []string{"NUMBER", "STATE", "SIZE", "DATE", "FROM", "SUBJECT", "UID"}
}

func (r listed) cells(headers bool) []string {
	number, size, uid := strconv.Itoa(r.Number), sizeText(r.Size), clean(r.UID)
	if !headers {
		return []string{number, r.State, size, uid}
	}
	return []string{
		number, r.State, size, dateText(r.Date), cell(r.From, fromWidth), cell(r.Subject, subjectWidth), uid,
	}
}

// A table is rows of cells that are harmless for a terminal.
type table [][]string

// write prints the rows, each column as wide as its widest cell. A character
// takes as many places as a terminal gives it, which may be two.
func (t table) write(w io.Writer) error {
	var widths []int
	for _, row := range t {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], runewidth.StringWidth(cell))
		}
	}
	var text strings.Builder
	for _, row := range t {
		for i, cell := range row {
			if i < len(row)-1 {
				cell = runewidth.FillRight(cell, widths[i]) + "  "
			} else {
				cell += "\n"
			}
			text.WriteString(cell)
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}

func sizeText(size int64) string {
	if size < 0 {
		return "?"
	}
	return strings.Replace(humanize.Bytes(uint64(size)), "kB", "KB", 1)
}

func dateText(date *string) string {
	if date == nil {
		return ""
	}
	t, err := time.Parse(time.RFC3339, *date)
	if err != nil {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04")
}

// cell makes the text of a header fit for a table.
func cell(text *string, width int) string {
	if text == nil {
		return ""
	}
	return runewidth.Truncate(clean(strings.Join(strings.Fields(*text), " ")), width, "…")
}

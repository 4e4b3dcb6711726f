package term

import (
	"io"
	"os"

	"golang.org/x/term"
)

// IsTerminal reports whether a person looks at w.
func IsTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// The size that a terminal is thought to have where it doesn't tell.
const usualColumns, usualRows = 80, 24

// SizeOf returns the size of the terminal that w is, at this moment.
func SizeOf(w any) (columns, rows int) {
	if f, ok := w.(*os.File); ok {
		if columns, rows, err := term.GetSize(int(f.Fd())); err == nil && columns > 0 && rows > 0 {
			return columns, rows
		}
	}
	return usualColumns, usualRows
}

// canDraw reports whether w is a terminal on which a line can be drawn anew.
func canDraw(w io.Writer) bool { return IsTerminal(w) && os.Getenv("TERM") != "dumb" }

package command

import (
	"io"
	"os"
)

// The colours that there are, as a terminal is told of them.
const (
	red     = "\x1b[31m"
	yellow  = "\x1b[33m"
	noColor = "\x1b[0m"
)

// colourWords are the values of --color, the usual one first.
const colourWords = "auto|always|never"

// paint gives text that is harmless a colour, where w shows any: as --color
// says, or else on a terminal that can draw, unless NO_COLOR is set
// (no-color.org).
func (u *ui) paint(w io.Writer, colour, text string) string {
	switch {
	case colour == "", u.colour == "never":
		return text
	case u.colour != "always" && (os.Getenv("NO_COLOR") != "" || !canDraw(w)):
		return text
	}
	return colour + text + noColor
}

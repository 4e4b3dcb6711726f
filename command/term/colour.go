package term

import (
	"io"
	"os"
)

// The colours that there are, as a terminal is told of them.
const (
	Red     = "\x1b[31m"
	Yellow  = "\x1b[33m"
	noColor = "\x1b[0m"
)

// Colours are the values of --color, the usual one first.
const Colours = "auto|always|never"

// paint gives text that is harmless a colour, where w shows any: as --color
// says, or else on a terminal that can draw, unless NO_COLOR is set
// (no-color.org).
func (u *UI) paint(w io.Writer, colour, text string) string {
	switch {
	case colour == "", u.Colour == "never":
		return text
	case u.Colour != "always" && (os.Getenv("NO_COLOR") != "" || !canDraw(w)):
		return text
	}
	return colour + text + noColor
}

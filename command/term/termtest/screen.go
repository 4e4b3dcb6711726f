package termtest

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/mattn/go-runewidth"
)

// A Screen shows what a terminal would: it breaks lines that are too long, also
// those that were there before it was made narrower, and goes back up.
type Screen struct {
	mu      sync.Mutex
	Columns int
	all     string   // that was written
	lines   []string // as they were written, the last without its end
	Widest  int      // that any line was
}

// control is all that may be sent to it beside text.
var control = regexp.MustCompile("^(?:\r?\n|\x1b\\[(\\d+)A\r\x1b\\[J)")

// NewScreen returns one that is empty.
func NewScreen(columns int) *Screen { return &Screen{Columns: columns, lines: []string{""}} }

// Write implements io.Writer.
func (s *Screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all += string(p)
	for text := string(p); text != ""; {
		switch found := control.FindStringSubmatch(text); {
		case found == nil:
			end := max(1, strings.IndexAny(text, "\r\n\x1b"))
			if !strings.ContainsAny(text, "\r\n\x1b") {
				end = len(text)
			}
			last := &s.lines[len(s.lines)-1]
			*last += text[:end]
			s.Widest = max(s.Widest, runewidth.StringWidth(*last))
			text = text[end:]
		case found[1] == "":
			s.lines = append(s.lines, "")
			text = text[len(found[0]):]
		default:
			up, _ := strconv.Atoi(found[1])
			s.eraseRows(up)
			text = text[len(found[0]):]
		}
	}
	return len(p), nil
}

// eraseRows takes the last rows away. What is left of a line that was broken stays.
func (s *Screen) eraseRows(rows int) {
	s.lines = s.lines[:len(s.lines)-1]
	for ; rows > 0 && len(s.lines) > 0; rows-- {
		last := s.lines[len(s.lines)-1]
		s.lines = s.lines[:len(s.lines)-1]
		if width := runewidth.StringWidth(last); width > s.Columns {
			s.lines = append(s.lines, runewidth.Truncate(last, (width-1)/s.Columns*s.Columns, ""))
		}
	}
	s.lines = append(s.lines, "")
}

// String is what is to be read on it.
func (s *Screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.lines, "\n")
}

// Written is all that was sent to it.
func (s *Screen) Written() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all
}

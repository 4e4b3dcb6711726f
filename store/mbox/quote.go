package mbox

import (
	"bytes"
	"io"
)

// from begins the line that begins a message.
const from = "From "

var quotedFrom = []byte(">" + from)

// A quoter writes the text of one message as an mboxrd file has it: a line of
// any number of ">" and then "From " gets one ">" more, so that it neither
// begins a message nor is taken for one that was quoted.
//
// It never holds a line. As one ">" is like the other, those that begin a line
// pass as they come, and the one more follows them once "From " is seen: all
// that is ever held back is a part of that word at the end of a block.
type quoter struct {
	w      io.Writer
	held   int  // so many bytes of "From " wait for what follows them
	inLine bool // past the part of a line that can need a quote
	last   byte // that was given
}

func newQuoter(w io.Writer) *quoter { return &quoter{w: w, last: '\n'} }

// Write implements io.Writer.
func (q *quoter) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	q.last = p[len(p)-1]
	rest, err := q.resumeHeld(p)
	for err == nil && len(rest) > 0 {
		at, whole := q.findFrom(rest)
		if _, err = q.w.Write(rest[:at]); err != nil {
			break
		}
		rest = rest[at:]
		if !whole {
			q.held = len(rest)
			break
		}
		_, err = q.w.Write(quotedFrom)
		rest = rest[len(from):]
	}
	return len(p), err
}

// resumeHeld decides about what is held back, and returns what is left of p.
func (q *quoter) resumeHeld(p []byte) ([]byte, error) {
	if q.held == 0 {
		return p, nil
	}
	for q.held < len(from) && len(p) > 0 && p[0] == from[q.held] {
		q.held++
		p = p[1:]
	}
	text := quotedFrom[1:][:q.held]
	if q.held == len(from) {
		text = quotedFrom
	} else if len(p) == 0 {
		return nil, nil
	}
	q.held, q.inLine = 0, true
	_, err := q.w.Write(text)
	return p, err
}

// findFrom returns where in p the next "From " is that needs a quote, or the part
// of one at its end, or else its length.
func (q *quoter) findFrom(p []byte) (at int, whole bool) {
	for i := 0; i < len(p); {
		switch {
		case q.inLine:
			end := bytes.IndexByte(p[i:], '\n')
			if end < 0 {
				return len(p), false
			}
			i += end + 1
			q.inLine = false
		case p[i] == '>':
			i++
		default:
			word := p[i:min(i+len(from), len(p))]
			if string(word) == from[:len(word)] {
				q.inLine = len(word) == len(from)
				return i, q.inLine
			}
			q.inLine = true
		}
	}
	return len(p), false
}

// finishMessage ends the last line, if it has no end, and writes the blank line that
// separates messages.
func (q *quoter) finishMessage() error {
	end := from[:q.held]
	if q.last != '\n' {
		end += "\n"
	}
	_, err := io.WriteString(q.w, end+"\n")
	return err
}

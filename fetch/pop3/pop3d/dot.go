package pop3d

import (
	"bytes"
	"io"
)

var dot = []byte(".")

// A dotWriter doubles the dot at the start of each line (RFC 1939 section 3).
// A line starts where the body does and after CRLF; a bare LF ends no line, but
// with Server.BareLF.
type dotWriter struct {
	w       io.Writer
	atStart bool // the next byte starts a line; true to begin with
	afterCR bool // the last byte was a CR
	bare    bool // a bare LF ends a line
}

// Write writes p block by block, from one dot to be doubled to the next.
func (d *dotWriter) Write(p []byte) (int, error) {
	written := 0
	for written < len(p) {
		rest := p[written:]
		if d.atStart && rest[0] == '.' {
			if _, err := d.w.Write(dot); err != nil {
				return written, err
			}
		}
		end := d.pieceEnd(rest)
		n, err := d.w.Write(rest[:end])
		written += n
		if err != nil {
			return written, err
		}
		d.rememberEnd(rest[:end])
	}
	return written, nil
}

// pieceEnd is the end of the longest piece at the start of p in which, after its
// first byte, no dot is to be doubled.
func (d *dotWriter) pieceEnd(p []byte) int {
	for from := 0; ; {
		i := bytes.Index(p[from:], []byte("\n."))
		if i < 0 {
			return len(p)
		}
		i += from
		if d.bare || i > 0 && p[i-1] == '\r' || i == 0 && d.afterCR {
			return i + 1
		}
		from = i + 1
	}
}

// rememberEnd remembers how the piece ended that was just written.
func (d *dotWriter) rememberEnd(p []byte) {
	last := p[len(p)-1]
	before := d.afterCR
	if len(p) > 1 {
		before = p[len(p)-2] == '\r'
	}
	d.atStart = last == '\n' && (d.bare || before)
	d.afterCR = last == '\r'
}

// writeFinalDot completes the last line and sends the final dot.
func (d *dotWriter) writeFinalDot() {
	last := ".\r\n"
	if !d.atStart {
		last = "\r\n" + last
	}
	_, _ = io.WriteString(d.w, last)
}

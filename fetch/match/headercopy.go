package match

import "bytes"

// MaxHeader bounds how much a HeaderCopy keeps, in bytes.
const MaxHeader = 64 << 10

// A HeaderCopy is an io.Writer that keeps the header of the message that is
// written through it, up to MaxHeader bytes, and lets the rest pass. Its Write
// never fails. It may be used for one message after the other.
type HeaderCopy struct {
	Text []byte // with the line ends as they came

	line int // where the last line of the text begins, which isn't complete
	done bool
}

// Reset begins a new message.
func (h *HeaderCopy) Reset() { h.Text, h.line, h.done = h.Text[:0], 0, false }

// Write implements io.Writer.
func (h *HeaderCopy) Write(p []byte) (int, error) {
	if !h.done {
		h.Text = append(h.Text, p[:min(len(p), MaxHeader-len(h.Text))]...)
		h.done = h.findEnd() || len(h.Text) == MaxHeader
	}
	return len(p), nil
}

// findEnd cuts the text at the first empty line. What ends a line is LF, with
// a CR or not: a message as TOP shows it must end where the whole one does,
// and servers take either for the end of the header.
func (h *HeaderCopy) findEnd() bool {
	for {
		length := bytes.IndexByte(h.Text[h.line:], '\n')
		if length < 0 {
			return false
		}
		if length == 0 || length == 1 && h.Text[h.line] == '\r' {
			h.Text = h.Text[:h.line]
			return true
		}
		h.line += length + 1
	}
}

package fetch

import (
	"bytes"
	"crypto/sha256"

	"popfetch/store/ledger"
)

// maxHeader bounds the part of a header that is looked at, in bytes.
const maxHeader = 64 << 10

// identifying are the header fields that tell one message from all others and
// that no server on the way changes, in the order in which they are hashed.
var identifying = [...]string{messageID: "message-id", date: "date", "from", "to", "subject"}

// The places of those without which the others say too little.
const messageID, date = 0, 1

// A headerCopy is an io.Writer that keeps the header of the message that is
// written through it, up to maxHeader bytes, and lets the rest pass. It is
// reused from message to message.
type headerCopy struct {
	text []byte
	line int // where the last line of text begins, which isn't complete
	done bool
}

func (h *headerCopy) reset() { h.text, h.line, h.done = h.text[:0], 0, false }

// Write implements io.Writer and never fails.
func (h *headerCopy) Write(p []byte) (int, error) {
	if !h.done {
		h.text = append(h.text, p[:min(len(p), maxHeader-len(h.text))]...)
		h.done = h.findEnd() || len(h.text) == maxHeader
	}
	return len(p), nil
}

// findEnd cuts the text at the first empty line. What ends a line is LF, with
// a CR or not: a message as TOP shows it must end where the whole one does,
// and servers take either for the end of the header.
func (h *headerCopy) findEnd() bool {
	for {
		length := bytes.IndexByte(h.text[h.line:], '\n')
		if length < 0 {
			return false
		}
		if length == 0 || length == 1 && h.text[h.line] == '\r' {
			h.text = h.text[:h.line]
			return true
		}
		h.line += length + 1
	}
}

// fingerprint hashes the identifying fields of a header. White space doesn't
// count, because servers fold lines anew. A header with neither a Message-ID
// nor a Date has no fingerprint: the other fields are the same in every report
// that some machine sends.
//
// It scans the text by itself, as the header of every single message passes
// here on its way: go-message would make a dozen allocations for each line.
func fingerprint(header []byte) (f ledger.Fingerprint) {
	var values [len(identifying)][]byte
	for rest := header; len(rest) > 0; {
		var field []byte
		field, rest = cutField(rest)
		if i := identify(field); i >= 0 && values[i] == nil {
			values[i] = field[len(identifying[i])+1:]
		}
	}
	if len(bytes.TrimSpace(values[messageID])) == 0 && len(bytes.TrimSpace(values[date])) == 0 {
		return f
	}
	hash := sha256.New()
	for _, value := range values {
		for word := range bytes.FieldsSeq(value) {
			hash.Write(word)
			hash.Write([]byte{' '})
		}
		hash.Write([]byte{'\n'})
	}
	copy(f[:], hash.Sum(nil))
	return f
}

// printOfWhole is the fingerprint of a message that no header tells from
// others: eight zeros, and the beginning of a hash of all of it, but for what
// servers note in it.
func printOfWhole(m *parts) (f ledger.Fingerprint) {
	hash := sha256.New()
	writeLasting(hash, m.header.text)
	m.writeBody(hash)
	copy(f[len(f)/2:], hash.Sum(nil))
	return f
}

// isOfWhole reports whether the fingerprint is one of a whole message.
func isOfWhole(f ledger.Fingerprint) bool {
	return [len(f) / 2]byte(f[:len(f)/2]) == [len(f) / 2]byte{}
}

// cutField takes the first field from a header, with its folded lines.
func cutField(header []byte) (field, rest []byte) {
	end := 0
	for {
		i := bytes.IndexByte(header[end:], '\n')
		if i < 0 {
			return header, nil
		}
		end += i + 1
		if end == len(header) || header[end] != ' ' && header[end] != '\t' {
			return header[:end], header[end:]
		}
	}
}

// identify returns the place of a field among the identifying ones, or -1.
func identify(field []byte) int {
	for i, name := range identifying {
		if len(field) > len(name) && field[len(name)] == ':' && bytes.EqualFold(field[:len(name)], []byte(name)) {
			return i
		}
	}
	return -1
}

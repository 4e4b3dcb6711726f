package match

import (
	"bytes"
	"crypto/sha256"

	"popfetch/store/ledger"
)

// identifying are the header fields of a ledger.Fingerprint, in the order in which
// they are hashed.
var identifying = [...]string{messageID: "message-id", date: "date", "from", "to", "subject"}

// The places of those without which the others say too little.
const messageID, date = 0, 1

// messageFingerprint is that of the five fields or, where there is nothing in them, of the
// whole message: eight zeros, and the beginning of a hash of it.
func (d *Digester) messageFingerprint() (f ledger.Fingerprint) {
	if f = headerFingerprint(d.text.Text); f != (ledger.Fingerprint{}) {
		return f
	}
	hash := sha256.New()
	for rest := d.text.Text; len(rest) > 0; {
		var field []byte
		if field, rest = cutField(rest); !isVolatile(field) {
			hash.Write(field)
		}
	}
	if d.inBody {
		hash.Write(d.body.Sum(nil))
	}
	copy(f[len(f)/2:], hash.Sum(nil))
	return f
}

// isOfWhole reports whether the fingerprint is one of a whole message.
func isOfWhole(f ledger.Fingerprint) bool { return [8]byte(f[:8]) == [8]byte{} }

// headerFingerprint hashes the identifying fields of a header, as version 1 of the
// ledger has it. White space doesn't count. A header with neither a Message-ID nor
// a Date has no fingerprint.
func headerFingerprint(header []byte) (f ledger.Fingerprint) {
	var values [len(identifying)][]byte
	for rest := header; len(rest) > 0; {
		var field []byte
		field, rest = cutField(rest)
		if i := identifyingIndex(field); i >= 0 && values[i] == nil {
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

// identifyingIndex returns the place of a field among the identifying ones, or -1.
func identifyingIndex(field []byte) int {
	for i, name := range identifying {
		if len(field) > len(name) && field[len(name)] == ':' && bytes.EqualFold(field[:len(name)], []byte(name)) {
			return i
		}
	}
	return -1
}

package match

import (
	"bytes"
	"crypto/sha256"
	"hash"

	"popfetch/store/ledger"
)

// Prints are what a Digester finds out about a message, or about its header where
// that is all that it was given.
type Prints struct {
	ledger.Digests
	Received bool               // there is a Received field, which a server added
	Fields   ledger.Fingerprint // as version 1 has it; see Digester.Fields
	Size     int64              // in bytes, as they came
}

// A Digester is an io.Writer that digests the message that is written to it. Its
// Write never fails. It may be used for one message after the other.
//
// The header digest is the beginning of the SHA-256 of all lines of the header but
// those of volatile fields, with LF at the line ends: a server may show them with
// other ends by TOP than by RETR. The content digest is made of that, of all bytes
// behind it as they came, and, apart, of the volatile fields.
type Digester struct {
	// Fields wants the fingerprint too by which a ledger of version 1 knows messages.
	Fields bool

	header, volatile, content hash.Hash
	body                      hash.Hash // only for Fields
	line                      []byte    // of the header, as far as it has come
	inLine                    bool      // a part of the line is digested
	isVolatile                bool      // the field that the line belongs to is
	noted                     bool      // there are volatile fields
	inBody                    bool
	prints                    Prints
	text                      HeaderCopy
}

// maxLine is how much of a header line waits for its end, in bytes.
const maxLine = 4 << 10

// Reset begins a new message.
func (d *Digester) Reset() {
	if d.header == nil {
		d.header, d.volatile, d.content = sha256.New(), sha256.New(), sha256.New()
	}
	d.header.Reset()
	d.volatile.Reset()
	d.content.Reset()
	if d.Fields {
		d.body = sha256.New()
	}
	d.line, d.inLine, d.isVolatile, d.noted, d.inBody = d.line[:0], false, false, false, false
	d.prints = Prints{}
	d.text.Reset()
}

// Write implements io.Writer.
func (d *Digester) Write(p []byte) (int, error) {
	n := len(p)
	d.prints.Size += int64(n)
	if d.Fields {
		d.text.Write(p)
	}
	for !d.inBody && len(p) > 0 {
		p = d.writeHeader(p)
	}
	if len(p) > 0 {
		d.content.Write(p)
		if d.Fields {
			d.body.Write(p)
		}
	}
	return n, nil
}

// writeHeader takes the next line of the header, or a part of it, from p.
func (d *Digester) writeHeader(p []byte) (rest []byte) {
	end := bytes.IndexByte(p, '\n')
	if end < 0 {
		d.line = append(d.line, p...)
		if len(d.line) > maxLine { // but for the last byte, which may be the CR of its end
			last := len(d.line) - 1
			d.digestLine(d.line[:last])
			d.inLine = true
			d.line = append(d.line[:0], d.line[last])
		}
		return nil
	}
	line := p[:end+1]
	if len(d.line) > 0 {
		d.line = append(d.line, line...)
		line = d.line
	}
	d.endLine(line)
	d.line = d.line[:0]
	return p[end+1:]
}

// endLine digests a line with its end, or the last part of it. An empty one is
// the end of the header.
func (d *Digester) endLine(line []byte) {
	text := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	if len(text) == 0 && !d.inLine {
		d.beginBody(line)
		return
	}
	d.digestLine(text)
	d.digestLine([]byte("\n"))
	d.inLine = false
}

// digestLine digests a line of the header, or a part of it.
func (d *Digester) digestLine(text []byte) {
	if !d.inLine && text[0] != ' ' && text[0] != '\t' && text[0] != '\n' {
		name := text[:min(len(text), maxLine)] // however much of the line has come
		d.isVolatile = isVolatile(name)
		d.prints.Received = d.prints.Received || hasName(name, "received")
	}
	if d.isVolatile {
		d.noted = true
		d.volatile.Write(text)
	} else {
		d.header.Write(text)
	}
}

func (d *Digester) beginBody(end []byte) {
	d.inBody = true
	sum := d.header.Sum(nil)
	copy(d.prints.Header[:], sum)
	d.content.Write(sum)
	d.content.Write(end)
}

// Prints returns what was found out about the message, which is complete.
func (d *Digester) Prints() Prints {
	if !d.inBody {
		if len(d.line) > 0 {
			d.endLine(d.line)
		}
		if !d.inBody {
			d.beginBody(nil)
		}
	}
	prints := d.prints
	copy(prints.Content[:], d.content.Sum(nil)[:12])
	if d.noted {
		copy(prints.Content[12:], d.volatile.Sum(nil))
	}
	if d.Fields {
		prints.Fields = d.messageFingerprint()
	}
	return prints
}

// volatile are the fields in which servers note what became of a message, and
// that so differ from session to session: those of mbox and of UW, Cubic and
// Mozilla, and that of POPFile. A digest of the header leaves them out; one of the content has them in
// its last four bytes.
var volatile = []string{
	"status", "x-status", "x-keywords", "x-uid", "x-uidl", "x-imap", "x-imapbase", "x-mozilla-status", "x-mozilla-status2",
	"x-mozilla-keys", "content-length", "lines", "x-popfile-link",
}

func isVolatile(field []byte) bool {
	switch field[0] {
	case 's', 'S', 'x', 'X', 'c', 'C', 'l', 'L':
	default:
		return false
	}
	for _, name := range volatile {
		if hasName(field, name) {
			return true
		}
	}
	return false
}

// hasName reports whether the field has that name, which may be followed by white
// space, RFC 5322 section 4.5.
func hasName(field []byte, name string) bool {
	if len(field) <= len(name) || !bytes.EqualFold(field[:len(name)], []byte(name)) {
		return false
	}
	rest := bytes.TrimLeft(field[len(name):], " \t")
	return len(rest) > 0 && rest[0] == ':'
}

package arrived

import (
	"bytes"
	"crypto/sha256"
	"hash"
)

// A Sum is what a message's body is compared by.
type Sum [sha256.Size]byte

// A digest takes in one message line by line.
type digest struct {
	id     string
	body   hash.Hash
	inBody bool
	blank  int // empty lines that count only if another line follows
}

func newDigest() *digest { return &digest{body: sha256.New()} }

// line takes in a line without its end.
func (d *digest) line(line []byte) {
	switch {
	case !d.inBody && len(line) == 0:
		d.inBody = true
	case !d.inBody:
		d.header(line)
	case len(line) == 0:
		d.blank++
	default:
		for ; d.blank > 0; d.blank-- {
			d.body.Write([]byte{'\n'})
		}
		d.body.Write(line)
		d.body.Write([]byte{'\n'})
	}
}

// header looks for the Message-ID, the one field that is compared.
func (d *digest) header(line []byte) {
	name, value, found := bytes.Cut(line, []byte{':'})
	if found && d.id == "" && bytes.EqualFold(name, []byte("Message-ID")) {
		d.id = string(bytes.TrimSpace(value))
	}
}

func (d *digest) sum() (sum Sum) {
	d.body.Sum(sum[:0])
	return sum
}

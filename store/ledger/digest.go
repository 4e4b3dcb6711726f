package ledger

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
)

// A HeaderDigest is the beginning of the SHA-256 of a message's header; package
// fetch/match makes it. The zero value means that it isn't known.
//
// A million headers share one of 96 bits by chance with a probability of about
// 10^12 / 2^97, which is 6 * 10^-18. It never proves anything alone.
type HeaderDigest [12]byte

// A ContentDigest tells the content of a message; package fetch/match makes it.
// The zero value means that it isn't known.
//
// The first 12 bytes are the beginning of a SHA-256 of all but the volatile
// header fields, the last four that of those fields. By chance, two of a million
// messages share all 128 bits with a probability of about 10^12 / 2^129, which is
// 1.5 * 10^-27. To make a message that has the digest of a given one takes some
// 2^128 tries; that a sender can make two of his own alike, with 2^64, costs
// nobody else a message.
type ContentDigest [16]byte

// IsLike reports whether the content is the same but for volatile fields.
func (d ContentDigest) IsLike(other ContentDigest) bool {
	return [12]byte(d[:12]) == [12]byte(other[:12])
}

// A Fingerprint is what a ledger of version 1 has in the place of digests: a hash
// of Message-ID, Date, From, To and Subject. As the sender chooses these, it finds
// candidates and proves nothing. The zero value means that it isn't known.
type Fingerprint [16]byte

// Digests are what is known of the bytes of a message.
type Digests struct {
	Header      HeaderDigest
	Content     ContentDigest
	Fingerprint Fingerprint // only where both of the others are zero
}

// digits are the bytes of digests in a line: 16 for the header, a dot, and 22 for
// the content.
var digits = base64.RawURLEncoding.Strict()

var (
	headerDigits  = digits.EncodedLen(len(HeaderDigest{}))
	contentDigits = digits.EncodedLen(len(ContentDigest{}))
)

// appendText appends the digests, or the fingerprint where that is all.
func (d Digests) appendText(line []byte) []byte {
	if d.Fingerprint != (Fingerprint{}) {
		return hex.AppendEncode(line, d.Fingerprint[:])
	}
	line = append(digits.AppendEncode(line, d.Header[:]), '.')
	return digits.AppendEncode(line, d.Content[:])
}

// parseText reads what appendText wrote.
func (d *Digests) parseText(text []byte) error {
	if len(text) == hex.EncodedLen(len(d.Fingerprint)) {
		_, err := hex.Decode(d.Fingerprint[:], text)
		return err
	}
	if len(text) != headerDigits+1+contentDigits || text[headerDigits] != '.' {
		return errors.New("malformed digests")
	}
	if _, err := digits.Decode(d.Header[:], text[:headerDigits]); err != nil {
		return err
	}
	_, err := digits.Decode(d.Content[:], text[headerDigits+1:])
	return err
}

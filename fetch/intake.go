package fetch

import (
	"bytes"
	"errors"
	"io"
	"sync/atomic"

	"popfetch/store/ledger"
)

// An intake reads one message after the other on their way into a batch, and
// looks at what passes.
type intake struct {
	progress *Progress    // may be nil
	stopped  *atomic.Bool // set when there is no use in reading on

	limit int64 // of bytes in a message; 0 is none

	message io.Reader
	read    int64
	parts   parts
	print   ledger.Fingerprint                              // of the header, once that has ended
	refuse  func(print ledger.Fingerprint, size int64) bool // nil to take it
	size    int64                                           // as it will be stored, only counted for refuse
	lastCR  bool
}

// What Read returns at the end of a message that is refused, and in the middle
// of one that can't be kept or isn't wanted. To the mailbox both are faults of the reader, so
// that it undoes what it wrote of the message.
var (
	errRefused = errors.New("the message is known")
	errStopped = errors.New("an earlier message could not be kept")
	errTooLong = errors.New("larger than max_size, though the server told otherwise")
	errTooMany = errors.New(tooMany)
)

// begin turns to the next message.
func (in *intake) begin(message io.Reader) {
	in.message, in.read, in.refuse, in.size, in.lastCR = message, 0, nil, 0, false
	in.parts.reset()
	if in.parts.hashes == nil {
		in.parts.hashes = in.hashes
	}
}

// hashes reports whether no header tells the message, so that all of it has to.
func (in *intake) hashes(header []byte) bool {
	in.print = fingerprint(header)
	return in.print == ledger.Fingerprint{}
}

// fingerprint is that of the message that was read: of its header, or else of
// all of it.
func (in *intake) fingerprint() ledger.Fingerprint {
	if !in.parts.header.done {
		in.print = fingerprint(in.parts.header.text)
	}
	if in.print != (ledger.Fingerprint{}) {
		return in.print
	}
	return printOfWhole(&in.parts)
}

// Read implements io.Reader.
func (in *intake) Read(p []byte) (int, error) {
	n, err := in.message.Read(p)
	in.parts.Write(p[:n])
	if in.progress != nil {
		in.progress.Bytes.Add(int64(n))
	}
	in.read += int64(n)
	switch {
	case in.stopped.Load():
		return n, errStopped
	case in.limit > 0 && in.read > in.limit:
		return n, errTooLong
	}
	if in.refuse != nil {
		in.count(p[:n])
		if err == io.EOF && in.refuse(in.fingerprint(), in.size) {
			return n, errRefused
		}
	}
	return n, err
}

// count counts the bytes that store.Copier makes of p.
func (in *intake) count(p []byte) {
	if len(p) == 0 {
		return
	}
	in.size += int64(len(p) - bytes.Count(p, []byte("\r\n")))
	if in.lastCR && p[0] == '\n' {
		in.size--
	}
	in.lastCR = p[len(p)-1] == '\r'
}

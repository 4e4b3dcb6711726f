package fetch

import (
	"errors"
	"io"
	"sync/atomic"

	"popfetch/fetch/match"
)

// An intake reads one message after the other on their way into a batch, and
// digests what passes.
type intake struct {
	progress *Progress    // may be nil
	stopped  *atomic.Bool // set when there is no use in reading on

	limit int64 // of bytes in a message; 0 is none

	message  io.Reader
	read     int64
	digester match.Digester
	refuse   func(match.Prints) bool // whether the message, which has come whole, isn't wanted
	prints   match.Prints            // once it has
	ended    bool
	refused  bool
}

// What Read returns at the end of a message that is refused, and in the middle
// of one that can't be kept or isn't wanted; and why a message isn't kept. To the mailbox both are faults of the reader, so
// that it undoes what it wrote of the message.
var (
	errRefused = errors.New("the message is known")
	errStopped = errors.New("an earlier message could not be kept")
	errTooLong = errors.New("larger than max_size, though the server told otherwise")
	errTooMany = errors.New(tooMany)
	errNothing = errors.New("the server sent nothing of it, though it told of more")
)

// beginMessage turns to the next message.
func (in *intake) beginMessage(message io.Reader, refuse func(match.Prints) bool) {
	in.message, in.read, in.refuse, in.ended, in.refused = message, 0, refuse, false, false
	in.digester.Reset()
}

// Read implements io.Reader.
func (in *intake) Read(p []byte) (int, error) {
	n, err := in.message.Read(p)
	in.digester.Write(p[:n])
	if in.progress != nil {
		in.progress.Bytes.Add(int64(n))
	}
	in.read += int64(n)
	switch {
	case in.stopped.Load():
		return n, errStopped
	case in.limit > 0 && in.read > in.limit:
		return n, errTooLong
	case err == io.EOF && !in.ended: // whoever reads may come for the end twice
		in.ended = true
		in.prints = in.digester.Prints()
		in.refused = in.refuse(in.prints)
	}
	if in.refused {
		return n, errRefused
	}
	return n, err
}

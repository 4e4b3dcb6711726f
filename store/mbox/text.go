package mbox

import (
	"bufio"
	"io"
	"time"

	"popfetch/store"
)

// Write writes one message, as the server sent it, to w as mbox text. It tells
// an error of r from one of w, as store.Copier does.
func Write(w io.Writer, r io.Reader) (readErr, writeErr error) {
	var copier store.Copier
	_, readErr, writeErr = writeMessage(w, bufio.NewReaderSize(r, envelopeWindow), &copier)
	return readErr, writeErr
}

// writeMessage writes the From_ line, the message, and the blank line behind
// it. The size is that of the message with LF line ends.
func writeMessage(w io.Writer, in *bufio.Reader, copier *store.Copier) (size int64, readErr, err error) {
	if _, err := io.WriteString(w, fromLine(in, time.Now())); err != nil {
		return 0, nil, err
	}
	quoter := newQuoter(w)
	size, readErr, err = copier.Copy(quoter, in)
	if readErr != nil || err != nil {
		return 0, readErr, err
	}
	return size, nil, quoter.finishMessage()
}

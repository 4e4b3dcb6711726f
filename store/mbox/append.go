package mbox

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// end returns the base of a block appended now, and the newlines it needs so
// that a blank line precedes it: a From_ line counts only behind one.
func (l *lock) end() (base, separator int64, err error) {
	base, err = l.file.Size()
	if err != nil || base == 0 {
		return base, 0, err
	}
	tail := []byte{'\n', 0} // a file with but one newline is a blank line too
	if _, err := l.file.ReadAt(tail[max(0, 2-base):], max(0, base-2)); err != nil {
		return 0, 0, err
	}
	switch {
	case tail[1] != '\n':
		separator = 2
	case tail[0] != '\n':
		separator = 1
	}
	return base, separator, nil
}

// appendBlock appends the block at its base and makes that durable.
func (m *Mbox) appendBlock(l *lock, b block) error {
	size, err := l.file.Size()
	if err != nil {
		return err
	}
	if size != b.base {
		return errors.New("a program that doesn't heed its locks has changed it")
	}
	text, spool, err := m.open(b)
	if err != nil {
		return err
	}
	defer spool.Close()
	return l.append(b.base, text)
}

// append appends text behind size, the present size, and makes it durable, or
// takes back what it wrote. What it can't take back is mended by repair.
func (l *lock) append(size int64, text io.Reader) error {
	out := bufio.NewWriterSize(l.file, spoolBuffer)
	_, err := io.Copy(out, text)
	if err == nil {
		err = out.Flush()
	}
	if err == nil {
		err = l.file.Sync()
	}
	if err == nil {
		return nil
	}
	if undo := l.file.Truncate(size); undo != nil {
		return fmt.Errorf("%w; what was written can't be taken back now: %w", err, undo)
	}
	return err
}

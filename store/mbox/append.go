package mbox

import (
	"bufio"
	"fmt"
	"io"
)

// nextBase returns the base of a block appended now, and the newlines it needs so
// that a blank line precedes it: a From_ line counts only behind one.
func (l *lock) nextBase() (base, separator int64, err error) {
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

// deliverBlock appends these messages of the block to the mbox, makes that durable,
// and then removes the spool.
func (m *Mbox) deliverBlock(l *lock, b block, spans []span) error {
	if err := m.appendSpans(l, b.spool, spans); err != nil {
		return m.storeError("deliver to", err)
	}
	if err := m.removeSpool(b.spool); err != nil {
		return m.storeError("clean up after", err)
	}
	return nil
}

func (m *Mbox) appendSpans(l *lock, spoolName string, spans []span) error {
	if len(spans) == 0 {
		return l.file.Sync()
	}
	base, separator, err := l.nextBase()
	if err != nil {
		return err
	}
	spool, err := m.state.Open(spoolName)
	if err != nil {
		return err
	}
	defer spool.Close()
	parts := []io.Reader{newlineReader(separator)}
	for _, s := range spans {
		parts = append(parts, io.NewSectionReader(spool, s.start, s.length))
	}
	return l.appendText(base, io.MultiReader(parts...))
}

// appendText appends text behind size, the present size, and makes it durable, or
// takes back what it wrote. What it can't take back is mended by repair.
func (l *lock) appendText(size int64, text io.Reader) error {
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

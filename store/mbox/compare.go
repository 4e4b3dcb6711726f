package mbox

import (
	"bufio"
	"io"
	"math"
)

// A finding is what the mbox holds from the base of a block on.
type finding int

const (
	other finding = iota
	torn          // a part of the block that a crash left, or nothing, and no more
	whole         // the block, and perhaps more behind it
)

// compareBlock finds out what the mbox holds from the base of the block on.
//
// A part that a crash left is the beginning of the block. A power failure may
// also leave zeros for bytes of it that never reached the disk.
func (m *Mbox) compareBlock(l *lock, b block) (finding, error) {
	size, err := l.file.Size()
	if err != nil || size < b.base {
		return other, err
	}
	text, spool, err := m.openSpool(b)
	if err != nil {
		return other, err
	}
	defer spool.Close()
	want := bufio.NewReaderSize(text, spoolBuffer)
	have := bufio.NewReaderSize(io.NewSectionReader(l.file, b.base, math.MaxInt64-b.base), spoolBuffer)
	holes := false
	for {
		h, err := have.ReadByte()
		if err != nil && err != io.EOF {
			return other, err
		}
		w, wantErr := want.ReadByte()
		switch {
		case wantErr != nil && wantErr != io.EOF:
			return other, wantErr
		case wantErr == io.EOF && !holes:
			return whole, nil
		case err == io.EOF:
			return torn, nil
		case wantErr == io.EOF:
			return other, nil // zeros, and more mail behind the block
		case h == 0 && w != 0:
			holes = true
		case h != w:
			return other, nil
		}
	}
}

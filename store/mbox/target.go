package mbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"

	"popfetch/store/hint"
	"popfetch/store/trusted"
)

// resolveTarget returns the path of the file that path leads to, whether it exists yet
// or not. Anything but a regular file is refused: a message written to a device or
// a FIFO lies nowhere.
func resolveTarget(path string) (string, error) {
	real, err := trusted.Resolve(path, trusted.Keep)
	if err != nil {
		return "", err
	}
	info, err := os.Lstat(real)
	if !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = mustBeRegular(info)
		}
		return real, err
	}
	if _, err := os.Lstat(path); err == nil {
		return "", hint.Errorf("make the file that it leads to, or remove the link", "%s is a symbolic link that leads nowhere: %w", path, fs.ErrNotExist)
	}
	return real, nil
}

func mustBeRegular(info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		return errors.New("it is a folder, and an mbox is a file")
	default:
		return fmt.Errorf("it is not a regular file (%v)", mode.Type())
	}
}

// ErrNotMbox says that a file has text that is none of an mbox: the path is a
// slip, and what the file holds is nobody's mail.
var ErrNotMbox = hint.Errorf("name the mbox, or a file that isn't there yet", "the file is no mbox: it doesn't begin with %q", from)

// Check finds out whether a file that is there can be an mbox.
func Check(path string) error {
	f, err := trusted.Open(path, trusted.Keep)
	if err != nil {
		return err
	}
	defer f.Close()
	return mustBeMbox(f)
}

// startWindow is how much of a file is looked at.
const startWindow = 512

// mustBeMbox refuses a file that isn't empty and doesn't begin with a From_
// line. Empty lines may be before it, as some programs make an mbox with one;
// Mutt bears them too. Of the line any byte may be zero, and its end may lack:
// a power failure leaves that of a message of ours, for repair to mend, and
// another account may have appended to it by then.
func mustBeMbox(r io.ReaderAt) error {
	head, err := io.ReadAll(io.LimitReader(io.NewSectionReader(r, 0, math.MaxInt64), startWindow))
	if err != nil {
		return err
	}
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte("\n"))
	for i, c := range line[:min(len(from), len(line))] {
		if c != from[i] && c != 0 {
			return ErrNotMbox
		}
	}
	return nil
}

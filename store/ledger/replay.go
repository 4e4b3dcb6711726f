package ledger

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// magic is the first word of the file, version the second.
const (
	magic   = "popfetch-ledger"
	version = "2"

	// formerVersion has fingerprints in the place of digests, which are read all
	// the same. The first run that opens such a file rewrites it.
	formerVersion = "1"
)

// maxLine bounds a line in bytes. A UID may be long and is escaped.
const maxLine = 1 << 20

var errLongLine = errors.New("the line is longer than any that popfetch writes")

// A DamagedError says that the ledger holds a line that can't be what was
// written. Nothing is fetched until a person has looked at it.
type DamagedError struct {
	Path string
	Line int // counted from 1
	Err  error
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("%s:%d: %v", e.Path, e.Line, e.Err)
}

func (e *DamagedError) Unwrap() error { return e.Err }

// Hint tells the ways out.
func (e *DamagedError) Hint() string {
	const comeAgain = "without its lines, messages still on the server come again"
	if e.Line == 1 {
		return "put back a copy of the file, or move it away; " + comeAgain
	}
	return fmt.Sprintf("put back a copy of the file, or remove line %d of it; %s", e.Line, comeAgain)
}

// A VersionError says that a newer popfetch wrote the ledger, or a line of it.
type VersionError struct{ Path, Version string }

func (e *VersionError) Error() string {
	return fmt.Sprintf("%s: written by a newer popfetch (%s)", e.Path, e.Version)
}

// Hint tells the way out.
func (e *VersionError) Hint() string { return "run that popfetch, or a newer one" }

// shortLine is about how long the line of a message is, in bytes, where each
// has but one.
const shortLine = 97

// replayFile reads the whole file. l.size is then the length of the lines that are
// whole.
func (l *Ledger) replayFile(f *os.File, now time.Time) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	l.size, l.lines, l.last, l.summary, l.renamed = 0, 0, "", Summary{}, ""
	l.table = newTable(int(min(info.Size()/shortLine, int64(maxKnown))))
	l.places, l.failures = map[Key]string{}, map[Key]Failure{}
	if err := l.replayLines(f); err != nil {
		return err
	}
	l.forgetOld(now)
	return nil
}

func (l *Ledger) replayLines(f *os.File) error {
	in := bufio.NewReaderSize(f, 64<<10)
	p := &parser{keys: &l.table}
	for number := 1; ; number++ {
		line, err := readLine(in)
		switch {
		case err == io.EOF && number > 1:
			return l.checkOwner(f.Name())
		case err == io.EOF:
			err = errors.New("there is not even the first line of a ledger")
		case err == nil && number == 1:
			err = l.replayHeader(line)
		case err == nil:
			err = l.replayLine(p, line)
		}
		if err != nil {
			return atLine(err, f.Name(), number)
		}
		l.size += int64(len(line)) + 1
	}
}

// atLine tells where the error is.
func atLine(err error, path string, line int) error {
	if newer := (*VersionError)(nil); errors.As(err, &newer) {
		newer.Path = path
		return newer
	}
	if unknown := (*unknownKindError)(nil); errors.As(err, &unknown) {
		return &VersionError{Path: path, Version: fmt.Sprintf("line %d: %v", line, unknown)}
	}
	return &DamagedError{Path: path, Line: line, Err: err}
}

// readLine returns the next line without its end, and io.EOF at the end of
// the file or where nothing but a torn write follows: a line without an end,
// or zeros, which a file system may leave behind after a crash.
func readLine(in *bufio.Reader) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		line = bytes.Clone(line)
		for errors.Is(err, bufio.ErrBufferFull) && len(line) <= maxLine {
			var more []byte
			more, err = in.ReadSlice('\n')
			line = append(line, more...)
		}
		if err == nil && len(line) > maxLine || errors.Is(err, bufio.ErrBufferFull) {
			return nil, errLongLine
		}
	}
	if err != nil {
		return nil, err
	}
	return line[:len(line)-1], nil
}

func (l *Ledger) replayLine(p *parser, line []byte) error {
	text, err := cutChecksum(line)
	if err != nil {
		return err
	}
	r, err := p.parseRecord(text)
	if err != nil {
		return err
	}
	l.lines++
	l.last = r.Kind
	l.former = l.former || p.shortened
	l.applyRecord(r)
	return nil
}

// replayHeader reads the first line. Its version counts even if nothing else
// in it is as this popfetch writes it.
func (l *Ledger) replayHeader(line []byte) error {
	text, err := cutChecksum(line)
	if err != nil {
		text = line
	}
	words := strings.Fields(string(text))
	if len(words) < 2 || words[0] != magic {
		return errors.New("this is not a ledger")
	}
	if words[1] != version && words[1] != formerVersion {
		return &VersionError{Version: fmt.Sprintf("ledger version %q", words[1])}
	}
	l.former = words[1] == formerVersion
	if err != nil {
		return err
	}
	if len(words) != 4 {
		return errors.New("this is not the header of a ledger")
	}
	l.owner, l.id = words[2], words[3]
	return nil
}

// IsMisnamed reports whether the header names another account, as that of a copy does.
func (l *Ledger) IsMisnamed() bool { return l.owner != "" && l.owner != escapeWord(l.account) }

// checkOwner makes sure that the ledger is the account's: a copy of another one has
// the same identity, and would take the files of that for its own. A run that took
// it over may have died before it had the header changed.
func (l *Ledger) checkOwner(path string) error {
	if !l.IsMisnamed() || l.renamed == l.account {
		return nil
	}
	return atLine(fmt.Errorf("this is the ledger of the account %q", l.owner), path, 1)
}

func (l *Ledger) headerLine() []byte {
	words := []string{magic, version, escapeWord(l.account), l.id}
	return appendChecksum([]byte(strings.Join(words, " ")), 0)
}

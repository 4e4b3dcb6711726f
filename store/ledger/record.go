package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"time"
)

// A Kind is the first word of a record.
type Kind string

// The kinds of records; see the package comment.
const (
	Staged Kind = "staged"
	Kept   Kind = "kept"
	Marked Kind = "marked"
	Failed Kind = "failed"
	Owed   Kind = "owed"
	Gone   Kind = "gone"
	Back   Kind = "back"
	Forgot Kind = "forgot"

	Deleted Kind = "deleted"

	Began    Kind = "began"
	Maildrop Kind = "maildrop"
	Renamed  Kind = "renamed"
	Moving   Kind = "moving"
	UIDL     Kind = "uidl"
	Distrust Kind = "distrust"
	Server   Kind = "server"
	Secured  Kind = "secured"
	Login    Kind = "login"
	Denied   Kind = "denied"
	Failing  Kind = "failing"
	Done     Kind = "done"
	RunError Kind = "error"
)

// kinds are all of them, the frequent ones first.
var kinds = []Kind{
	Kept, Staged, Gone, Owed, Marked, Failed, Back, Forgot, Deleted,
	Began, Server, Login, Denied, Done, RunError, Failing, Maildrop, Moving, UIDL, Distrust, Secured, Renamed,
}

// A Record is one line of the ledger. Which fields count depends on the kind.
type Record struct {
	Kind       Kind
	Time       time.Time // to the second
	Key        Key
	StoredSize int64 // in bytes, as stored; 0 where it isn't known
	WireSize   int64 // in bytes, as the server counts them; 0 where it isn't known
	Digests    Digests
	Count      int    // see the package comment for each kind
	Text       string // see the package comment for each kind
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendLine appends the record as a line with its checksum.
func (r Record) appendLine(line []byte) []byte {
	start := len(line)
	line = append(line, r.Kind...)
	line = append(line, ' ')
	line = r.Time.UTC().AppendFormat(line, time.RFC3339)
	if r.Kind.isAboutMessage() {
		line = append(line, ' ')
		line = append(line, r.Key...)
	}
	switch r.Kind {
	case Staged:
		line = append(r.appendOrigin(line), ' ')
		line = append(line, escapeText(r.Text)...)
	case Kept, Marked:
		if r.hasOrigin() {
			line = r.appendOrigin(line)
		}
	case Failed, RunError:
		line = append(strconv.AppendInt(append(line, ' '), int64(r.Count), 10), ' ')
		line = append(line, escapeText(r.Text)...)
	case Server, Maildrop, Distrust, Secured, Renamed:
		line = append(append(line, ' '), escapeText(r.Text)...)
	case Done, Login, Denied, Failing, Moving, UIDL:
		line = strconv.AppendInt(append(line, ' '), int64(r.Count), 10)
	}
	return appendChecksum(line, start)
}

// hasOrigin reports whether anything is known of the message but its key.
func (r Record) hasOrigin() bool {
	return r.StoredSize != 0 || r.WireSize != 0 || r.Digests != (Digests{})
}

func (r Record) appendOrigin(line []byte) []byte {
	line = strconv.AppendInt(append(line, ' '), r.StoredSize, 10)
	if r.WireSize != 0 {
		line = strconv.AppendInt(append(line, '/'), r.WireSize, 10)
	}
	return r.Digests.appendText(append(line, ' '))
}

func (k Kind) isAboutMessage() bool {
	switch k {
	case Began, Server, Login, Denied, Failing, Done, RunError, Maildrop, Renamed, Moving, UIDL, Distrust, Secured:
		return false
	}
	return true
}

// endsRun reports whether the record is told last, when all else is synced.
func (k Kind) endsRun() bool { return k == Done || k == RunError }

func appendChecksum(line []byte, start int) []byte {
	return append(appendSum(line, crc32.Checksum(line[start:], castagnoli)), '\n')
}

func appendSum(line []byte, sum uint32) []byte {
	line = append(line, " #"...)
	for shift := 28; shift >= 0; shift -= 4 {
		line = append(line, "0123456789abcdef"[sum>>shift&15])
	}
	return line
}

var errChecksum = errors.New("the checksum is wrong")

// checksumLength is the length of " #" and eight digits.
const checksumLength = 10

// cutChecksum returns the line without its checksum, if that is right.
func cutChecksum(line []byte) ([]byte, error) {
	if len(line) < checksumLength {
		return nil, errChecksum
	}
	text := line[:len(line)-checksumLength]
	var want [checksumLength + 1]byte
	if !bytes.Equal(line[len(text):], appendSum(want[:0], crc32.Checksum(text, castagnoli))) {
		return nil, errChecksum
	}
	return text, nil
}

// A parser reads lines whose checksum is right. Each key gets its row, so that
// it needs no string of its own. As most lines are of the same second as the
// one before, it remembers what a time means.
type parser struct {
	keys      *table
	text      []byte
	time      time.Time
	shortened bool // some keys had long UIDs
}

func (p *parser) parseRecord(line []byte) (r Record, err error) {
	f := fields{rest: line}
	kind := f.nextField()
	if r.Kind = kindOf(kind); r.Kind == "" {
		if len(bytes.Trim(kind, "abcdefghijklmnopqrstuvwxyz")) > 0 || len(kind) == 0 {
			return r, fmt.Errorf("%q is no kind of record", kind)
		}
		return r, &unknownKindError{string(kind)}
	}
	if r.Time, err = p.parseTime(f.nextField()); err != nil {
		return r, err
	}
	if r.Kind.isAboutMessage() {
		key := f.nextField()
		if len(key) > maxKey {
			return r, errLongLine
		}
		key, changed := shortKey(key)
		p.shortened = p.shortened || changed
		r.Key = Key(p.keys.keyOf(findOrAddRow(p.keys, key)))
	}
	switch r.Kind {
	case Staged:
		f.parseOrigin(&r)
		r.Text = unescapeText(string(f.restOfLine()))
	case Kept, Marked:
		if len(f.rest) > 0 {
			f.parseOrigin(&r)
		}
	case Failed, RunError:
		r.Count = int(f.nextNumber())
		r.Text = unescapeText(string(f.restOfLine()))
	case Server, Maildrop, Distrust, Secured, Renamed:
		r.Text = unescapeText(string(f.restOfLine()))
	case Done, Login, Denied, Failing, Moving, UIDL:
		r.Count = int(f.nextNumber())
	}
	if f.err == nil && len(f.rest) > 0 {
		f.err = errors.New("there is more than belongs there")
	}
	return r, f.err
}

func (p *parser) parseTime(text []byte) (time.Time, error) {
	if !bytes.Equal(text, p.text) {
		parsed, err := time.Parse(time.RFC3339, string(text))
		if err != nil {
			return parsed, err
		}
		p.text, p.time = append(p.text[:0], text...), parsed
	}
	return p.time, nil
}

// An unknownKindError says that a line whose checksum is right has a kind that
// this version doesn't know.
type unknownKindError struct{ kind string }

func (e *unknownKindError) Error() string { return fmt.Sprintf("unknown kind of record %q", e.kind) }

// kindOf returns the kind of that name, "" if there is none.
func kindOf(name []byte) Kind {
	for _, kind := range kinds {
		if string(name) == string(kind) {
			return kind
		}
	}
	return ""
}

// fields takes a line apart at its blanks.
type fields struct {
	rest []byte
	err  error
}

func (f *fields) nextField() []byte {
	if len(f.rest) == 0 && f.err == nil {
		f.err = errors.New("a field is missing")
	}
	field, rest, _ := bytes.Cut(f.rest, []byte{' '})
	f.rest = rest
	return field
}

// restOfLine returns all that is left: a text may have blanks.
func (f *fields) restOfLine() []byte {
	text := f.rest
	f.rest = nil
	return text
}

func (f *fields) nextNumber() int64 { return f.parseNumber(f.nextField()) }

func (f *fields) parseNumber(text []byte) int64 {
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil && f.err == nil {
		f.err = err
	}
	return n
}

func (f *fields) parseOrigin(r *Record) {
	stored, wire, both := bytes.Cut(f.nextField(), []byte{'/'})
	r.StoredSize = f.parseNumber(stored)
	if both {
		r.WireSize = f.parseNumber(wire)
	}
	if err := r.Digests.parseText(f.nextField()); err != nil && f.err == nil {
		f.err = err
	}
}

package mbox

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"hash"
	"io"
	"strings"
)

// A digest tells a message by its text, without the From_ line and without
// what mail programs add to the header.
type digest [sha256.Size]byte

// searchMissing looks for messages of the spool anywhere in the mbox, and returns
// those that aren't there. Of two messages that are alike one may be missing.
// If the mbox ends with the beginning of one, that is cut off.
func (m *Mbox) searchMissing(l *lock, spoolName string, spans []span) (missing []span, err error) {
	spool, err := m.state.Open(spoolName)
	if err != nil {
		return nil, err
	}
	defer spool.Close()
	digests := make([]digest, len(spans))
	found := map[digest]int{}
	for i, s := range spans {
		_, err := digestAll(io.NewSectionReader(spool, s.start, s.length), func(d digest) { digests[i] = d })
		if err != nil {
			return nil, err
		}
		found[digests[i]] = 0
	}
	size, err := l.file.Size()
	if err != nil {
		return nil, err
	}
	last, err := digestAll(io.NewSectionReader(l.file, 0, size), func(d digest) {
		if n, wanted := found[d]; wanted {
			found[d] = n + 1
		}
	})
	if err != nil {
		return nil, err
	}
	for i, s := range spans {
		if found[digests[i]]--; found[digests[i]] < 0 {
			missing = append(missing, s)
		}
	}
	return missing, l.cutTorn(last, size, spool, missing)
}

// cutTorn cuts off the last message of the mbox, which begins at last and goes
// up to size, if it is the beginning of one of these messages of the spool and
// no more: a crash cut it short, and it moved when a mail program rewrote what
// is before it. The From_ line has the time, and is no other message's.
func (l *lock) cutTorn(last, size int64, spool io.ReaderAt, missing []span) error {
	length := size - last
	for _, s := range missing {
		if last < 0 || length >= s.length {
			continue
		}
		alike, err := isSameText(io.NewSectionReader(l.file, last, length), io.NewSectionReader(spool, s.start, length))
		if err != nil {
			return err
		}
		if alike {
			return l.file.Truncate(last)
		}
	}
	return nil
}

// isSameText reports whether two readers give the same bytes.
func isSameText(x, y io.Reader) (bool, error) {
	sums := [2]hash.Hash{sha256.New(), sha256.New()}
	for i, r := range []io.Reader{x, y} {
		if _, err := io.Copy(sums[i], r); err != nil {
			return false, err
		}
	}
	return bytes.Equal(sums[0].Sum(nil), sums[1].Sum(nil)), nil
}

// digestAll yields the digest of each message in an mbox, and returns where the
// last one begins, -1 if there is none. It reads every byte once and holds none
// of them for longer than its buffer.
func digestAll(r io.Reader, yield func(digest)) (last int64, err error) {
	in := bufio.NewReaderSize(r, spoolBuffer)
	s := scanner{sum: sha256.New(), blank: true, last: -1, yield: yield}
	for lineStart := true; ; {
		part, err := in.ReadSlice('\n')
		if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
			return -1, err
		}
		if len(part) > 0 {
			s.addPart(part, lineStart)
			s.at += int64(len(part))
		}
		if err == io.EOF {
			s.endMessage()
			return s.last, nil
		}
		lineStart = err == nil
	}
}

// A scanner takes an mbox line by line, a long line in parts.
type scanner struct {
	sum      hash.Hash
	yield    func(digest)
	at       int64 // of the line, from the start of the mbox
	last     int64 // at which the last From_ line is, -1 before the first
	inside   bool  // a message
	inHeader bool
	skipping bool // a field of the header that doesn't count
	blank    bool // the last line was blank, or there was none
	newlines int  // read and not yet hashed: they count only if more follows
}

func (s *scanner) addPart(part []byte, lineStart bool) {
	if lineStart && s.blank && bytes.HasPrefix(part, []byte(from)) {
		s.endMessage()
		s.inside, s.inHeader, s.skipping, s.blank = true, true, true, false
		s.last = s.at
		return
	}
	if lineStart {
		s.blank = string(part) == "\n"
		s.startLine(part)
	}
	if s.inside && !s.skipping {
		s.hashPart(part)
	}
}

// startLine decides whether the line that begins with part counts.
func (s *scanner) startLine(part []byte) {
	switch {
	case !s.inHeader:
		s.skipping = false
	case s.blank:
		s.inHeader, s.skipping = false, false
	case part[0] != ' ' && part[0] != '\t': // else it continues the field before
		s.skipping = isIgnored(part)
	}
}

func (s *scanner) hashPart(part []byte) {
	text := bytes.TrimSuffix(part, []byte{'\n'})
	if len(text) > 0 {
		for ; s.newlines > 0; s.newlines-- {
			s.sum.Write([]byte{'\n'})
		}
		s.sum.Write(text)
	}
	s.newlines += len(part) - len(text)
}

// endMessage yields the message that ends here.
func (s *scanner) endMessage() {
	if s.inside {
		s.yield(digest(s.sum.Sum(nil)))
	}
	s.sum.Reset()
	s.inside, s.newlines = false, 0
}

// ignoredFields are those that mail programs write into an mbox to keep their
// own notes: Dovecot, mutt, Alpine, Thunderbird, Evolution.
var ignoredFields = map[string]bool{
	"status": true, "x-status": true, "x-keywords": true, "x-uid": true,
	"x-imap": true, "x-imapbase": true, "content-length": true, "lines": true,
	"x-mozilla-status": true, "x-mozilla-status2": true, "x-mozilla-keys": true,
	"x-evolution": true,
}

func isIgnored(line []byte) bool {
	name, _, _ := strings.Cut(string(line[:min(len(line), 32)]), ":")
	return ignoredFields[strings.ToLower(name)]
}

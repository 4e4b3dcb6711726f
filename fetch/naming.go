package fetch

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"popfetch/fetch/pop3"
	"popfetch/store/ledger"
)

// A server without UIDL (RFC 1939 has it optional) leaves it to us to tell its
// messages apart. Each then gets a name that takes the place of its UID: a hash
// of its header, or, where there is nothing in it that identifies the message,
// of all of it. Messages that are the same to the last bit share a name, as
// messages may share a UID.
const (
	byHeader  = "header:"
	byContent = "content:"
)

// isNamed reports whether the UID is a name that we have given.
func isNamed(uid string) bool {
	return strings.HasPrefix(uid, byHeader) || strings.HasPrefix(uid, byContent)
}

// badDays is how long a server that had UIDs may be without, until it is taken
// at its word.
const badDays = 7 * 24 * time.Hour

// mayName reports whether names can stand for UIDs with an account of which
// that is known, nil for nothing. Where the server had UIDs when it last had
// messages, it may only have a bad day; if all runs fail for a week, it has gone
// over to names.
func mayName(known *ledger.Ledger, now time.Time) bool {
	if known == nil {
		return true
	}
	var named, other ledger.Entry
	for key, entry := range known.All() {
		last := &other
		if isNamed(key.UID()) {
			last = &named
		}
		if last.Gone() == entry.Gone() && entry.Since().After(last.Since()) || last.Gone() && !entry.Gone() || *last == (ledger.Entry{}) {
			*last = entry
		}
	}
	switch failing := known.Summary().Failing; {
	case other == (ledger.Entry{}), named != (ledger.Entry{}) && !named.Gone():
		return true
	case other.Gone() && named != (ledger.Entry{}) && !named.Since().Before(other.Since()):
		return true
	default:
		return !failing.IsZero() && now.Sub(failing) > badDays
	}
}

// name lists the maildrop of a server without UIDL, with sizes. What can't be
// named, as the server doesn't give it, is left out, and has failed.
func (s *Session) name(note func(string, ...any)) (items []pop3.Item, failed []Failure, err error) {
	items, err = s.Client.Survey(pop3.Survey{Sizes: true})
	if err != nil {
		return nil, nil, unlisted(err)
	}
	note("the server has no UIDL: its messages are told apart by their headers")
	if _, err = s.nameBy(items, byHeader); err != nil {
		return nil, nil, err
	}
	if left := len(unnamed(items)); left > 0 {
		note("messages that no header identifies, and that have to be read to tell them apart: %d", left)
		if failed, err = s.nameBy(items, byContent); err != nil {
			return nil, nil, err
		}
	}
	return slices.DeleteFunc(items, func(i pop3.Item) bool { return i.UID == "" }), failed, nil
}

// nameBy names the items that have no name yet, as far as that will do, and
// returns which of them the server doesn't give.
func (s *Session) nameBy(items []pop3.Item, kind string) (failed []Failure, err error) {
	numbers := unnamed(items)
	messages := s.Client.Retrieve(slices.Values(numbers))
	if kind == byHeader {
		if caps := s.Client.Announced(); caps != nil && !caps.Has(pop3.CapTop) {
			return nil, nil
		}
		messages = s.Client.Top(slices.Values(numbers), 0)
	}
	sizes := make(map[int]int64, len(numbers))
	for _, item := range items {
		sizes[item.Number] = item.Size
	}
	names := map[int]string{}
	for m, err := range messages {
		var name string
		if err == nil {
			name, err = newName(&limited{m, longest(sizes[m.Number], kind)}, kind)
		}
		switch {
		case err == nil:
			names[m.Number] = name
		case errors.As(err, new(*pop3.Error)):
			failed = append(failed, Failure{Err: fmt.Errorf("tell message %d from others: %w", m.Number, err)})
		default:
			return nil, fmt.Errorf("tell the messages apart: %w", err)
		}
	}
	for i := range items {
		if name := names[items[i].Number]; name != "" {
			items[i].UID = name
		}
	}
	return failed, nil
}

// maxTop bounds what a server may send for a header, in bytes, and how much more
// than it told for a message that is only read to tell it from others.
const maxTop = 16 << 20

// longest is how long a message of that size may be that is read to be named.
func longest(size int64, kind string) int64 {
	if kind == byHeader {
		return maxTop
	}
	return 2*max(size, 0) + maxTop
}

// limited reads a message that is of no use if it goes on for ever.
type limited struct {
	r    io.Reader
	left int64
}

// Read implements io.Reader.
func (b *limited) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n, &pop3.ProtocolError{Command: "TOP or RETR", Problem: "far more than there can be, and no end in sight"}
	}
	return n, err
}

// unnamed returns the numbers of the items that have no name yet.
func unnamed(items []pop3.Item) (numbers []int) {
	for _, item := range items {
		if item.UID == "" {
			numbers = append(numbers, item.Number)
		}
	}
	return numbers
}

// newName makes a name of what is read, which is empty if it would be one that
// many messages have.
func newName(r io.Reader, kind string) (string, error) {
	parts := parts{hashes: func([]byte) bool { return true }}
	if _, err := io.Copy(&parts, r); err != nil {
		return "", err
	}
	hash := sha256.New()
	writeLasting(hash, parts.header.text)
	switch headless := fingerprint(parts.header.text) == (ledger.Fingerprint{}); {
	case headless && kind == byHeader:
		return "", nil
	case headless:
		parts.writeBody(hash)
	default:
		kind = byHeader // whether the server shows headers today or not
	}
	return kind + hex.EncodeToString(hash.Sum(nil)[:16]), nil
}

// writeLasting writes the fields of a header but for the volatile ones.
func writeLasting(w io.Writer, header []byte) {
	for len(header) > 0 {
		var field []byte
		if field, header = cutField(header); !isVolatile(field) {
			w.Write(field)
		}
	}
}

// parts keeps the header of the message that is written to it, and hashes what
// comes behind that, if it's wanted.
type parts struct {
	header headerCopy
	hashes func(header []byte) bool // whether the rest is to be hashed
	body   hash.Hash                // nil if not
	size   int                      // of what was written before the header's end
}

func (m *parts) reset() {
	m.header.reset()
	m.body, m.size = nil, 0
}

// Write implements io.Writer and never fails.
func (m *parts) Write(p []byte) (int, error) {
	switch {
	case m.body != nil:
		m.body.Write(p)
	case !m.header.done:
		m.header.Write(p)
		if m.header.done && m.hashes(m.header.text) {
			m.body = sha256.New()
			m.body.Write(p[m.bodyAt(p):])
		}
		m.size += len(p)
	}
	return len(p), nil
}

// bodyAt returns where the body begins in what ends the header: behind the empty
// line, of which a part may have come before.
func (m *parts) bodyAt(p []byte) int {
	end := max(0, len(m.header.text)-m.size)
	if len(m.header.text) == maxHeader {
		return end
	}
	return end + bytes.IndexByte(p[end:], '\n') + 1
}

// writeBody writes the hash of what is behind the header.
func (m *parts) writeBody(w io.Writer) {
	if m.body != nil {
		w.Write(m.body.Sum(nil))
	}
}

// volatile are the fields in which servers note what became of a message, and
// that so differ from session to session.
var volatile = []string{"status:", "x-status:", "x-keywords:", "x-uid:", "x-uidl:", "x-imap:", "x-mozilla-", "content-length:", "lines:"}

func isVolatile(field []byte) bool {
	start := strings.ToLower(string(field[:min(len(field), 20)]))
	return slices.ContainsFunc(volatile, func(name string) bool { return strings.HasPrefix(start, name) })
}

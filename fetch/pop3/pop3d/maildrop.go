package pop3d

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"sync"
	"time"
)

// A Message is one message of a maildrop. Its body is the bytes as they are
// sent, with CRLF for line ends, but without the dots that POP3 adds.
type Message struct {
	UID  string
	Body []byte

	// Open, if not nil, begins to read the body, which then takes no memory;
	// Size is its length, which LIST tells. A reader that is an io.Closer is
	// closed.
	Open func() io.Reader
	Size int64

	id uint64 // tells messages of a maildrop apart, whatever their UIDs
}

// openBody begins to read the body.
func (m *Message) openBody() io.Reader {
	if m.Open != nil {
		return m.Open()
	}
	return bytes.NewReader(m.Body)
}

// wireSize is what LIST tells: the body and, where its bytes lack it, the last
// CRLF, which RETR adds.
func (m *Message) wireSize() int64 {
	if m.Open != nil {
		return m.Size
	}
	if len(m.Body) > 0 && !bytes.HasSuffix(m.Body, []byte("\r\n")) {
		return int64(len(m.Body)) + 2
	}
	return int64(len(m.Body))
}

// A Maildrop is a user's messages on the server. It may be changed while it is
// being served: a session sees it as it was at login. The zero value is empty.
type Maildrop struct {
	mu       sync.Mutex
	messages []*Message // those pointed to never change
	lastID   uint64
	held     chan struct{} // not nil while a session holds the maildrop; closed then
}

// NewMaildrop is a maildrop with messages.
func NewMaildrop(messages ...Message) *Maildrop {
	m := new(Maildrop)
	m.Add(messages...)
	return m
}

// Add appends messages. One without a UID is given its own.
func (m *Maildrop) Add(messages ...Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.messages = slices.Grow(m.messages, len(messages))
	for _, message := range messages {
		m.lastID++
		message.id = m.lastID
		if message.UID == "" {
			message.UID = "uid-" + strconv.FormatUint(m.lastID, 10)
		}
		m.messages = append(m.messages, &message)
	}
}

// Remove removes all messages with these UIDs and says how many they were.
func (m *Maildrop) Remove(uids ...string) int {
	set := make(map[string]bool, len(uids))
	for _, uid := range uids {
		set[uid] = true
	}
	return m.deleteWhere(func(message *Message) bool { return set[message.UID] })
}

// deleteWhere removes the messages that gone names and counts them.
func (m *Maildrop) deleteWhere(gone func(*Message) bool) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := len(m.messages)
	m.messages = slices.DeleteFunc(m.messages, gone)
	return before - len(m.messages)
}

// Renumber gives every message the UID that name makes of its place, counted
// from 0, and its UID so far: a provider has moved to other software.
func (m *Maildrop) Renumber(name func(i int, uid string) string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, message := range m.messages {
		renamed := *message
		renamed.UID = name(i, message.UID)
		m.messages[i] = &renamed
	}
}

// Len is the number of messages.
func (m *Maildrop) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.messages)
}

// Messages are the messages as they are now, in order.
func (m *Maildrop) Messages() []Message {
	list := m.snapshot()
	messages := make([]Message, len(list))
	for i, message := range list {
		messages[i] = *message
	}
	return messages
}

// UIDs are the UIDs as they are now, in order.
func (m *Maildrop) UIDs() []string {
	list := m.snapshot()
	uids := make([]string, len(list))
	for i, message := range list {
		uids[i] = message.UID
	}
	return uids
}

// snapshot is Messages without the copies.
func (m *Maildrop) snapshot() []*Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.messages)
}

// waitAndHold holds the maildrop for one session. It waits for another session to
// let go of it, up to the time given or until stop is closed.
func (m *Maildrop) waitAndHold(wait time.Duration, stop <-chan struct{}) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		held := m.tryHold()
		if held == nil {
			return true
		}
		select {
		case <-held:
		case <-timer.C:
			return false
		case <-stop:
			return false
		}
	}
}

// tryHold holds the maildrop, or returns what tells that it is let go of.
func (m *Maildrop) tryHold() <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.held != nil {
		return m.held
	}
	m.held = make(chan struct{})
	return nil
}

// release lets go of the maildrop.
func (m *Maildrop) release() {
	m.mu.Lock()
	defer m.mu.Unlock()
	close(m.held)
	m.held = nil
}

package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"time"

	"popfetch/fetch/match"
	"popfetch/fetch/pop3"
)

// samples is how many messages tell in which order a server lists them.
const samples = 5

// IsNewestFirst reports whether the server lists the newest messages first, as
// Exchange may be told to: RFC 1939 says nothing of the order. It looks at a few
// headers, for the time at which the last server received the message, or else for
// its Date.
func (j *Job) IsNewestFirst(s *Session, d *Maildrop) (bool, error) {
	if caps := s.Client.Announced(); d.Len() < 2 || caps != nil && !caps.Has(pop3.CapTop) {
		return false, nil
	}
	var some []Target
	for i := range min(samples, d.Len()) {
		some = append(some, d.listing.TargetAt(i*(d.Len()-1)/(min(samples, d.Len())-1)))
	}
	var times []time.Time
	var header match.HeaderCopy
	for m, err := range s.Client.Top(NumbersOf(some), 0) {
		header.Reset()
		if err == nil {
			_, err = io.Copy(&header, &limited{m, maxTop})
		}
		if err != nil && !errors.As(err, new(*pop3.Error)) {
			return false, fmt.Errorf("read headers: %w", err)
		}
		if at := arrivalTime(header.Text); err == nil && !at.IsZero() {
			times = append(times, at)
		}
	}
	return areFalling(times), nil
}

// areFalling reports whether more times are before the one in front of them than behind
// it.
func areFalling(times []time.Time) bool {
	balance := 0
	for i := 1; i < len(times); i++ {
		balance += times[i].Compare(times[i-1])
	}
	return balance < 0
}

// arrivalTime returns when a message with this header was received, RFC 5322 section
// 3.6.7, or else when it was sent. It is zero where the header doesn't tell.
func arrivalTime(header []byte) time.Time {
	message, err := mail.ReadMessage(bytes.NewReader(append(bytes.Clone(header), "\r\n"...)))
	if err != nil {
		return time.Time{}
	}
	received := message.Header.Get("Received")
	if at, err := mail.ParseDate(strings.TrimSpace(received[strings.LastIndex(received, ";")+1:])); err == nil {
		return at
	}
	at, err := message.Header.Date()
	if err != nil {
		return time.Time{}
	}
	return at
}

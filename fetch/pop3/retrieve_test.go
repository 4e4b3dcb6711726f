package pop3

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// collect reads all messages and tells of each its number and its text or
// error.
func collect(messages iter.Seq2[*Message, error]) []string {
	var told []string
	for m, err := range messages {
		var text []byte
		if err == nil {
			text, err = io.ReadAll(m)
		}
		switch {
		case m == nil:
			told = append(told, err.Error())
		case err != nil:
			told = append(told, fmt.Sprintf("%d %v", m.Number, err))
		default:
			told = append(told, fmt.Sprintf("%d %s", m.Number, text))
		}
	}
	return told
}

func TestRetrieve(t *testing.T) {
	c := converse(t, nil, `
		C: RETR 1
		S: +OK 120 octets
		S: Subject: a
		S: 
		S: ..
		S: .
		C: RETR 3
		S: -ERR no such message
		C: RETR 2
		S: +OK
		S: .`)
	want := []string{
		"1 Subject: a\r\n\r\n.\r\n", `3 RETR refused: the server says "no such message"`, "2 ",
	}
	if diff := cmp.Diff(want, collect(c.Retrieve(numbers(1, 3, 2)))); diff != "" {
		t.Error(diff)
	}
}

func TestRetrievePipelined(t *testing.T) {
	c := converse(t, &Options{Pipelining: On}, `
		C: RETR 1
		C: RETR 3
		C: RETR 2
		S: +OK
		S: a
		S: .
		S: -ERR no such message
		S: +OK
		S: b
		S: .
		C: NOOP
		S: +OK`)
	want := []string{"1 a\r\n", `3 RETR refused: the server says "no such message"`, "2 b\r\n"}
	if diff := cmp.Diff(want, collect(c.Retrieve(numbers(1, 3, 2)))); diff != "" {
		t.Error(diff)
	}
	if err := c.Noop(); err != nil {
		t.Error(err)
	}
}

func TestRetrieveNothing(t *testing.T) {
	c := converse(t, nil, "")
	if told := collect(c.Retrieve(numbers())); told != nil {
		t.Error(told)
	}
}

func TestTop(t *testing.T) {
	c := converse(t, &Options{Pipelining: On}, `
		C: TOP 1 0
		C: TOP 2 0
		S: +OK
		S: Subject: a
		S: 
		S: .
		S: -ERR what?`)
	want := []string{"1 Subject: a\r\n\r\n", `2 TOP refused: the server says "what?"`}
	if diff := cmp.Diff(want, collect(c.Top(numbers(1, 2), 0))); diff != "" {
		t.Error(diff)
	}
}

func TestDelete(t *testing.T) {
	c := converse(t, &Options{Pipelining: On}, `
		C: DELE 1
		C: DELE 2
		S: +OK
		S: -ERR message 2 already deleted`)
	var told []string
	for number, err := range c.Delete(numbers(1, 2)) {
		told = append(told, fmt.Sprint(number, " ", err))
	}
	want := []string{"1 <nil>", `2 DELE refused: the server says "message 2 already deleted"`}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
}

// TestRetrieveHalfRead leaves messages unread, in whole or in part.
func TestRetrieveHalfRead(t *testing.T) {
	for _, pipelining := range []Pipelining{On, Off} {
		c := login(t, serve(t, &pop3d.Server{}, small(100, 3000)...), &Options{Pipelining: pipelining})
		want := small(1, 3000)[0].Body
		for m, err := range c.Retrieve(upTo(100)) {
			if err != nil {
				t.Fatal(err)
			}
			got := make([]byte, 30*(m.Number-1))
			if _, err := io.ReadFull(m, got); err != nil || !bytes.HasPrefix(want, got) {
				t.Fatalf("message %d: %v", m.Number, err)
			}
		}
		if err := c.Quit(); err != nil {
			t.Error(err)
		}
	}
}

// Without replies under way, a caller that breaks off can go on with other
// commands; what it left unread is skipped when the next one is sent.
func TestRetrieveBreakInStep(t *testing.T) {
	c := converse(t, nil, `
		C: RETR 1
		S: +OK
		S: a
		S: +OK this is no reply
		S: .
		C: NOOP
		S: +OK`)
	for m, err := range c.Retrieve(numbers(1, 2)) {
		if _, readErr := m.Read(make([]byte, 1)); err != nil || readErr != nil {
			t.Fatal(err, readErr)
		}
		break
	}
	if err := c.Noop(); err != nil {
		t.Error(err)
	}
}

// With replies under way nobody waits for them, nor for the rest of the
// message.
func TestRetrieveBreakAhead(t *testing.T) {
	c := converse(t, &Options{Pipelining: On}, `
		C: RETR 1
		C: RETR 2
		S" +OK\r\na message without an end"`)
	for _, err := range c.Retrieve(numbers(1, 2)) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if err := c.Quit(); err != errAbandoned {
		t.Errorf("got %v", err)
	}
}

// A loop that ends with the refusal of its last message is in step.
func TestRetrieveBreakAtRefusal(t *testing.T) {
	c := converse(t, &Options{Pipelining: On}, `
		C: RETR 1
		S: -ERR no
		C: QUIT
		S: +OK`)
	for m, err := range c.Retrieve(numbers(1)) {
		if _, readErr := m.Read(make([]byte, 1)); readErr != err {
			t.Errorf("a refused message can be read: %v", readErr)
		}
		break
	}
	if err := c.Quit(); err != nil {
		t.Error(err)
	}
}

// TestRetrieveDies has the connection die in the middle of a body: the caller
// hears of it once, whether it reads or not.
func TestRetrieveDies(t *testing.T) {
	for _, reads := range []bool{true, false} {
		s := serve(t, &pop3d.Server{
			Intercept: fault.When(fault.Number("RETR", 3), fault.CutBody(1000)),
		}, small(5, 3000)...)
		c := login(t, s, nil)
		complete, failed := 0, 0
		for m, err := range c.Retrieve(upTo(5)) {
			if reads && err == nil {
				_, err = io.Copy(io.Discard, m)
			}
			if err == nil {
				complete++
				continue
			}
			failed++
			if m == nil || m.Number != 3 || !errors.Is(err, ErrHungUp) {
				t.Errorf("got %v, %v", m, err)
			}
			if reads {
				break
			}
		}
		want := 2
		if !reads {
			want = 3 // and the same again, with the error
		}
		if complete != want || failed != 1 {
			t.Errorf("reads %v: %d complete, %d failed", reads, complete, failed)
		}
	}
}

// TestRetrieveStatusDies has the connection die between two messages.
func TestRetrieveStatusDies(t *testing.T) {
	for _, harm := range []pop3d.Intercept{fault.HangUp(), fault.Cut(), fault.Reset()} {
		s := serve(t, &pop3d.Server{Intercept: fault.When(fault.Number("RETR", 2), harm)}, mails("a", "b", "c")...)
		told := collect(login(t, s, nil).Retrieve(upTo(3)))
		if len(told) != 2 || told[0] != "1 a\r\n" || !strings.HasPrefix(told[1], "2 waiting for the reply to RETR: ") {
			t.Errorf("got %q", told)
		}
	}
}

// TestRetrieveSome has the sequence end early, because what it yields depends
// on what came.
func TestRetrieveSome(t *testing.T) {
	s := serve(t, &pop3d.Server{}, small(1000, 500)...)
	c := login(t, s, nil)
	got, enough := 0, false
	drawn := func(yield func(int) bool) {
		for i := range 1000 {
			if enough || !yield(i+1) {
				return
			}
		}
	}
	for _, err := range c.Retrieve(drawn) {
		if err != nil {
			t.Fatal(err)
		}
		got++
		enough = enough || got == 100
	}
	if err := c.Quit(); err != nil {
		t.Fatal(err)
	}
	asked := count(s, "RETR")
	if got != asked || got < 100 || got > 100+maxCommands {
		t.Errorf("%d messages, %d asked for", got, asked)
	}
}

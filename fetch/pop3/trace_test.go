package pop3

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/emersion/go-sasl"
	"github.com/google/go-cmp/cmp"
)

// TestTrace goes through a session and looks at all that is told of it.
func TestTrace(t *testing.T) {
	var trace bytes.Buffer
	c := converse(t, &Options{Trace: &trace, Pipelining: On}, `
		S" +OK \x1b[2J\"hi\"\r\n"
		C: USER me
		S: +OK
		C: PASS a secret
		S: -ERR [AUTH] not "a secret"
		C: AUTH PLAIN AG1lAGEgc2VjcmV0
		S: + 
		C: *
		S: -ERR no
		C: CAPA
		S: +OK
		S: PIPELINING
		S: .
		C: UIDL
		S: +OK
		S: 1 a
		S: 2 b
		S: .
		C: RETR 1
		C: RETR 2
		S: +OK
		S: ..
		S: .
		S: -ERR gone
		C: QUIT
		S: +OK`)
	c.Greeting()
	c.User("me", "a secret")
	c.Auth(sasl.NewPlainClient("", "me", "a secret"), "a secret")
	c.Capabilities()
	c.Survey(Survey{UIDs: true})
	drain(c.Retrieve(numbers(1, 2)))
	if err := c.Quit(); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		`S: +OK \x1b[2J\"hi\"`,
		`C: USER me`, `S: +OK`,
		`C: PASS ***`, `S: -ERR [AUTH] ***`,
		`C: AUTH PLAIN ***`, `S: + ***`, `C: *`, `S: -ERR no`,
		`C: CAPA`, `S: +OK`, `S: PIPELINING`, `S: (1 lines)`,
		`C: UIDL`, `S: +OK`, `S: (2 lines)`,
		`C: RETR 1`, `C: RETR 2`, `S: +OK`, `S: (3 bytes)`, `S: -ERR gone`,
		`C: QUIT`, `S: +OK`, ``,
	}, "\n")
	got := regexp.MustCompile(`(?m)^ *\d+\.\d{3} `).ReplaceAllString(trace.String(), "")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Several sessions may have one writer, and so each line is one Write.
func TestTraceLines(t *testing.T) {
	var writes lineByLine
	c := onTape(t, &tape{Reader: iotest.OneByteReader(strings.NewReader("+OK\r\n-ERR x\n"))}, &Options{Trace: &writes})
	c.Greeting()
	c.Noop()
	if writes != 3 {
		t.Errorf("%d lines", writes)
	}
}

// lineByLine counts writes that are a line each.
type lineByLine int

func (n *lineByLine) Write(p []byte) (int, error) {
	if bytes.IndexByte(p, '\n') != len(p)-1 {
		return 0, io.ErrShortWrite
	}
	*n++
	return len(p), nil
}

// A trace that can't be written is no reason to stop.
func TestTraceFails(t *testing.T) {
	c := onTape(t, &tape{Reader: strings.NewReader("+OK\r\n")}, &Options{Trace: failing{}})
	if err := greet(c); err != nil {
		t.Error(err)
	}
}

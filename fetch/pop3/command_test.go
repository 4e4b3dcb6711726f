package pop3

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestGreeting(t *testing.T) {
	c := converse(t, nil, `S: +OK POP3 ready <1896.697170952@dbc.mtview.ca.us>`)
	text, err := c.Greeting()
	if want := "POP3 ready <1896.697170952@dbc.mtview.ca.us>"; text != want || err != nil {
		t.Errorf("got %q, %v; want %q", text, err, want)
	}
}

func TestGreetingThatIsNone(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"refused", `S: -ERR [SYS/TEMP] too busy`, `service refused: the server says "[SYS/TEMP] too busy"`},
		{"refused without a word", `S: -ERR`, `service refused without a reason`},
		{"of SMTP", `S: 220 mail.example.org ESMTP`, `the greeting: neither +OK nor -ERR: "220 mail.example.org ESMTP"`},
		{"empty", `S:`, `the greeting: neither +OK nor -ERR`},
		{"nearly", `S: +OKAY`, `the greeting: neither +OK nor -ERR: "+OKAY"`},
		{"control characters", `S" \x1b[2Jhi\a\r\n"`, `the greeting: neither +OK nor -ERR: "\x1b[2Jhi\a"`},
		{"none", `X:`, `waiting for the greeting: the server hung up`},
		{"cut", "S\" +OK he\"\nX:", `waiting for the greeting: the server hung up`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := converse(t, nil, test.script)
			if _, err := c.Greeting(); err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestSimpleCommands(t *testing.T) {
	c := converse(t, nil, `
		C: NOOP
		S: +OK
		C: RSET
		S: +OK maildrop has 2 messages
		C: STAT
		S: +OK 2 320
		C: NOOP
		S: -ERR what for?
		C: QUIT
		S: +ok bye`)
	if err := c.Noop(); err != nil {
		t.Error(err)
	}
	if err := c.Reset(); err != nil {
		t.Error(err)
	}
	if messages, size, err := c.Stat(); messages != 2 || size != 320 || err != nil {
		t.Errorf("Stat: %d, %d, %v", messages, size, err)
	}
	refused, ok := errors.AsType[*Error](c.Noop())
	if diff := cmp.Diff(&Error{Command: "NOOP", Text: "what for?"}, refused, cmpopts.EquateComparable(Error{})); !ok || diff != "" {
		t.Errorf("Noop: %s", diff)
	}
	if err := c.Quit(); err != nil {
		t.Error(err)
	}
}

func TestReplyInPieces(t *testing.T) {
	var script strings.Builder
	script.WriteString("C: STAT\n")
	for _, b := range []string{"+", "O", "K", " ", "1", " ", "2", `\r`, `\n`} {
		script.WriteString(`S" ` + b + "\"\n")
	}
	c := converse(t, nil, script.String())
	if messages, size, err := c.Stat(); messages != 1 || size != 2 || err != nil {
		t.Errorf("Stat: %d, %d, %v", messages, size, err)
	}
}

func TestStat(t *testing.T) {
	tests := []struct {
		reply    string
		messages int
		size     int64
		ok       bool
	}{
		{"+OK 0 0", 0, 0, true},
		{"+OK 2 320 and more", 2, 320, true},
		{"+OK 2\t320", 2, 320, true},
		{"+OK\t2 320", 2, 320, true},
		{"+OK 2 9223372036854775807", 2, 1<<63 - 1, true},
		{"+OK 2 9223372036854775808", 0, 0, false},
		{"+OK 4294967296 1", 0, 0, false},
		{"+OK -2 320", 0, 0, false},
		{"+OK 2 -320", 0, 0, false},
		{"+OK 2", 0, 0, false},
		{"+OK", 0, 0, false},
		{"+OK two messages", 0, 0, false},
	}
	for _, test := range tests {
		t.Run(test.reply, func(t *testing.T) {
			c := converse(t, nil, "C: STAT\nS: "+test.reply)
			messages, size, err := c.Stat()
			if messages != test.messages || size != test.size || (err == nil) != test.ok {
				t.Errorf("got %d, %d, %v", messages, size, err)
			}
			if _, isProtocol := errors.AsType[*ProtocolError](err); !test.ok && !isProtocol {
				t.Errorf("%v is a %T", err, err)
			}
		})
	}
}

func TestResponseCode(t *testing.T) {
	tests := []struct {
		reply string
		want  Error
		temp  bool
	}{
		{"-ERR [IN-USE] busy", Error{Command: "NOOP", Code: CodeInUse, Text: "busy"}, true},
		{"-ERR [in-use] busy", Error{Command: "NOOP", Code: CodeInUse, Text: "busy"}, true},
		{"-ERR [LOGIN-DELAY]", Error{Command: "NOOP", Code: CodeLoginDelay}, true},
		{"-err [SYS/TEMP] x", Error{Command: "NOOP", Code: CodeSysTemp, Text: "x"}, true},
		{"-ERR [SYS/PERM]  x ", Error{Command: "NOOP", Code: CodeSysPerm, Text: "x"}, false},
		{"-ERR [AUTH] [x]", Error{Command: "NOOP", Code: CodeAuth, Text: "[x]"}, false},
		{"-ERR x [AUTH]", Error{Command: "NOOP", Text: "x [AUTH]"}, false},
		{"-ERR [] x", Error{Command: "NOOP", Text: "[] x"}, false},
		{"-ERR [AUTH", Error{Command: "NOOP", Text: "[AUTH"}, false},
		{"-ERR [" + strings.Repeat("x", 65) + "]", Error{Command: "NOOP", Text: "[" + strings.Repeat("x", 65) + "]"}, false},
		{"-ERR", Error{Command: "NOOP"}, false},
		{"+ERR Server error: Failed to fetch messages in Inbox.", Error{Command: "NOOP", Text: "Server error: Failed to fetch messages in Inbox."}, true},
		{"-ERR\t[SYS/TEMP]\tx", Error{Command: "NOOP", Code: CodeSysTemp, Text: "x"}, true},
		{"+err", Error{Command: "NOOP"}, false},
		{"-ERR Temporary problem", Error{Command: "NOOP", Text: "Temporary problem"}, true},
		{"-ERR [SYS/PERM] temporary", Error{Command: "NOOP", Code: CodeSysPerm, Text: "temporary"}, false},
	}
	for _, test := range tests {
		t.Run(test.reply, func(t *testing.T) {
			c := converse(t, nil, "C: NOOP\nS: "+test.reply)
			refused, ok := errors.AsType[*Error](c.Noop())
			if !ok {
				t.Fatal("no *Error")
			}
			if diff := cmp.Diff(test.want, *refused, cmpopts.EquateComparable(Error{})); diff != "" {
				t.Error(diff)
			}
			if refused.Temporary() != test.temp {
				t.Errorf("Temporary: %v", !test.temp)
			}
		})
	}
}

// A dead connection stays dead: nothing is sent any more, and the first error
// is told again and again.
func TestDeadConnection(t *testing.T) {
	c := converse(t, nil, `
		C: NOOP
		S: 250 OK`)
	first := c.Noop()
	if _, ok := errors.AsType[*ProtocolError](first); !ok {
		t.Fatalf("got %v", first)
	}
	for range 2 {
		if err := c.Noop(); err != first {
			t.Errorf("got %v, want %v", err, first)
		}
	}
	if _, err := c.Capabilities(); err != first {
		t.Errorf("Capabilities: %v", err)
	}
	if err := c.User("me", "secret"); err != first {
		t.Errorf("User: %v", err)
	}
	for m, err := range c.Retrieve(numbers(1, 2)) {
		if m != nil || err != first {
			t.Errorf("Retrieve: %v, %v", m, err)
		}
	}
	for _, err := range c.Delete(numbers(1, 2)) {
		if err != first {
			t.Errorf("Delete: %v", err)
		}
	}
	if err := c.Quit(); err != first {
		t.Errorf("Quit: %v", err)
	}
}

func TestHungUp(t *testing.T) {
	c := converse(t, nil, "C: NOOP\nX:")
	err := c.Noop()
	if !errors.Is(err, ErrHungUp) || errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
	if want := "waiting for the reply to NOOP: the server hung up"; err.Error() != want {
		t.Errorf("got %q", err)
	}
}

// An argument must not become a command of its own.
func TestCommandsWithLineBreaks(t *testing.T) {
	tests := []struct{ name, password string }{
		{"me\r\nDELE 1", "secret"},
		{"me\nDELE 1", "secret"},
		{"me", "secret\r\nDELE 1"},
		{"me", "secret\x00"},
	}
	for _, test := range tests {
		c := converse(t, nil, "")
		if err := c.User(test.name, test.password); err != errUnsendable {
			t.Errorf("%q, %q: %v", test.name, test.password, err)
		}
	}
}

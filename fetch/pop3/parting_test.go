package pop3

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
)

// partings are the ways in which a no behind the login's yes arrives.
var partings = []struct{ name, script string }{
	{"with the yes", `
		S" +OK Logged in.\r\nNO\r\n"
		X:`},
	{"with the yes, but for its end", `
		S" +OK Logged in.\r\nNO"
		S" \r\n"
		X:`},
	{"as the answer to the next command", `
		S: +OK Logged in.
		C: FIRST
		S: NO
		X:`},
}

// asks are what a run asks first.
var asks = []struct {
	name, first string
	ask         func(c *Client) error
}{
	{"CAPA and UIDL", "CAPA", func(c *Client) error { return c.UniqueIDs(true, noUID, nil) }},
	{"UIDL", "UIDL", func(c *Client) error { return c.UniqueIDs(false, noUID, nil) }},
	{"UIDL and LIST", "UIDL", func(c *Client) error { _, err := c.Survey(Survey{UIDs: true, Sizes: true}); return err }},
	{"CAPA, UIDL and LIST", "CAPA", func(c *Client) error { return c.UniqueIDs(true, noUID, func(int, int64) {}) }},
}

func noUID(int, []byte) {}

// TestParting has the server say no behind the login and hang up, in whatever
// order that reaches us: it is one error.
func TestParting(t *testing.T) {
	for _, no := range []struct {
		line, says string
		temporary  bool
	}{
		{"-ERR [SYS/PERM] Permission denied", "[SYS/PERM] Permission denied", false},
		{"-ERR [SYS/TEMP] Internal error", "[SYS/TEMP] Internal error", true},
		{"+ERR Server error", "Server error", true},
		{"-err\twhat now", "what now", false},
	} {
		for _, way := range partings {
			for _, ask := range asks {
				t.Run(no.line+" "+way.name+" "+ask.name, func(t *testing.T) {
					script := strings.NewReplacer("NO", strings.ReplaceAll(no.line, "\t", " "), "FIRST", ask.first).Replace(way.script)
					c := converse(t, nil, "S: +OK hi\nC: USER me\nS: +OK\nC: PASS secret\n"+script)
					if err := errors.Join(greet(c), c.User("me", "secret")); err != nil {
						t.Fatal(err)
					}
					checkParting(t, c, ask.ask(c), no.says, no.temporary)
				})
			}
		}
	}
}

func checkParting(t *testing.T, c *Client, err error, says string, temporary bool) {
	t.Helper()
	parting, ok := errors.AsType[*PartingError](err)
	if want := fmt.Sprintf("the server says %q and ends the session", says); !ok || err.Error() != want {
		t.Fatalf("got  %v\nwant %s", err, want)
	}
	if parting.Temporary() != temporary || parting.After != "login" || parting.Hint() == "" {
		t.Errorf("temporary %v after %q, hint %q", parting.Temporary(), parting.After, parting.Hint())
	}
	if c.Dead() == nil || c.Noop() != c.Dead() {
		t.Errorf("the connection lives on: %v", c.Dead())
	}
}

// A resetConn is a connection that the server has reset: nothing can be
// written, and what it said before can still be read.
type resetConn struct {
	*tape
	left int // writes that still go well
}

func (c *resetConn) Write(p []byte) (int, error) {
	if c.left--; c.left < 0 {
		return 0, &net.OpError{Op: "write", Err: syscall.ECONNRESET}
	}
	return c.tape.Write(p)
}

// TestPartingReset has the connection reset before the next command, or the
// one after it, can be written.
func TestPartingReset(t *testing.T) {
	for _, ask := range asks {
		for left := range 2 {
			t.Run(fmt.Sprint(ask.name, left), func(t *testing.T) {
				said := inChunks("+OK hi\r\n+OK\r\n+OK in\r\n-ERR [SYS/PERM] no\r\n", 8, 5, 8)
				c := onTape(t, &resetConn{&tape{Reader: said}, 2 + left}, nil)
				if err := errors.Join(greet(c), c.User("me", "secret")); err != nil {
					t.Fatal(err)
				}
				checkParting(t, c, ask.ask(c), "[SYS/PERM] no", false)
			})
		}
	}
}

// TestNoIsNoParting has servers that say no behind the login and go on.
func TestNoIsNoParting(t *testing.T) {
	c := converse(t, nil, `
		S: +OK hi
		C: USER me
		S: +OK
		C: PASS secret
		S: +OK in
		C: CAPA
		S: -ERR what?
		C: UIDL
		S: -ERR not today
		C: NOOP
		S: +OK
		C: LIST
		S: +OK
		S: 1 100
		S: .`)
	if err := errors.Join(greet(c), c.User("me", "secret")); err != nil {
		t.Fatal(err)
	}
	refused, ok := errors.AsType[*Error](c.UniqueIDs(true, noUID, nil))
	if !ok || refused.Command != "UIDL" || refused.Text != "not today" {
		t.Errorf("got %v", refused)
	}
	if items, err := c.Survey(Survey{Sizes: true}); err != nil || len(items) != 1 {
		t.Errorf("got %v, %v", items, err)
	}
}

// TestPartingElsewhere has an unasked no in the middle of a session, where the
// server may as well be out of step, and one behind the greeting.
func TestPartingElsewhere(t *testing.T) {
	c := converse(t, nil, "S: +OK hi\nC: NOOP\nS\" +OK\\r\\n-ERR Disconnected for inactivity.\\r\\n\"\nX:")
	if err := errors.Join(greet(c), c.Noop()); err != nil {
		t.Fatal(err)
	}
	err := c.Noop()
	if _, ok := errors.AsType[*ProtocolError](err); !ok || !strings.Contains(err.Error(), "inactivity") {
		t.Errorf("got %v", err)
	}
	c = converse(t, nil, "S: +OK hi\nC: CAPA\nS: -ERR too many connections\nX:")
	c.Greeting()
	c.Capabilities()
	err = c.User("me", "secret")
	if parting, ok := errors.AsType[*PartingError](err); !ok || parting.After != "greeting" || !parting.Temporary() {
		t.Errorf("got %v", err)
	}
}

// TestPartingStopped has the run stopped meanwhile: that is what counts.
func TestPartingStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	c := New(ctx, &tape{Reader: inChunks("+OK hi\r\n-ERR what?\r\n", len("+OK hi\r\n"))}, nil)
	c.Greeting()
	c.Capabilities()
	stop()
	if err := c.Noop(); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	c.Close()
}

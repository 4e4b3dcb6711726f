package pop3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// inBubble runs a test in fake time, with a client of a server in memory.
func inBubble(t *testing.T, harm pop3d.Intercept, test func(t *testing.T, ctx context.Context, stop context.CancelCauseFunc, c *Client)) {
	synctest.Test(t, func(t *testing.T) {
		s := &pop3d.Server{Intercept: harm}
		s.SetUser("me", "a secret", pop3d.NewMaildrop(small(3, 10_000)...))
		near, far := net.Pipe()
		go s.ServeConn(far)
		ctx, stop := context.WithCancelCause(t.Context())
		c := New(ctx, near, nil)
		test(t, ctx, stop, c)
		c.Close()
		stop(nil)
		s.Close()
	})
}

// waits are all the places where a client may have to wait for the server: the
// fault and what the client asks, after the greeting if that isn't at fault.
var waits = []struct {
	name, waitsFor string
	harm           pop3d.Intercept
	ask            func(c *Client) error
}{
	{
		"greeting", "the greeting",
		fault.When(fault.Verb(pop3d.Greeting), fault.Stall()), greet,
	},
	{
		"half a greeting", "the greeting",
		fault.When(fault.Verb(pop3d.Greeting), fault.Send("+OK hel"), fault.Stall()), greet,
	},
	{
		"PASS", "the reply to PASS",
		fault.When(fault.Verb("PASS"), fault.Stall()),
		func(c *Client) error { return c.User("me", "a secret") },
	},
	{
		"AUTH", "the reply to AUTH",
		fault.When(fault.Verb("AUTH"), fault.Send("+ \r\n"), fault.Stall()),
		func(c *Client) error { return c.Auth(&parrot{}, "a secret") },
	},
	{
		"STLS", "the reply to STLS",
		fault.When(fault.Verb("STLS"), fault.Stall()),
		func(c *Client) error { return c.StartTLS(noTLS) },
	},
	{
		"CAPA", "the reply to CAPA",
		fault.When(fault.Verb("CAPA"), fault.Send("+OK\r\nTOP\r\n"), fault.Stall()),
		func(c *Client) error { _, err := c.Capabilities(); return err },
	},
	{
		"UIDL", "the reply to UIDL",
		fault.When(fault.Verb("UIDL"), fault.Send("+OK\r\n1 a\r\n2"), fault.Stall()),
		func(c *Client) error { _, err := c.Survey(Survey{UIDs: true}); return err },
	},
	{
		"body", "the reply to RETR",
		fault.When(fault.Verb("RETR"), fault.Send("+OK\r\na\r\n"), fault.Stall()),
		func(c *Client) error { return drain(c.Retrieve(numbers(1))) },
	},
	{
		"body left unread", "the reply to RETR",
		fault.When(fault.Verb("RETR"), fault.Send("+OK\r\na\r\n"), fault.Stall()),
		func(c *Client) error {
			for range c.Retrieve(numbers(1)) {
				break
			}
			return c.Noop()
		},
	},
	{
		"QUIT", "the reply to QUIT",
		fault.When(fault.Verb("QUIT"), fault.Stall()), (*Client).Quit,
	},
}

// reach brings the client to the place where it has to wait.
func reach(t *testing.T, c *Client, waitsFor string) {
	t.Helper()
	if waitsFor != "the greeting" {
		if err := greet(c); err != nil {
			t.Fatal(err)
		}
	}
}

func greet(c *Client) error {
	_, err := c.Greeting()
	return err
}

func TestTimeout(t *testing.T) {
	for _, test := range waits {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, test.harm, func(t *testing.T, _ context.Context, _ context.CancelCauseFunc, c *Client) {
				reach(t, c, test.waitsFor)
				began := time.Now()
				err := test.ask(c)
				if _, ok := errors.AsType[*TimeoutError](err); !ok {
					t.Errorf("got %v", err)
				}
				limit := map[bool]time.Duration{true: defaultTimeout, false: patientTimeout}[test.waitsFor == "the reply to RETR"]
				if want := fmt.Sprintf("waiting for %s: nothing moved for %s", test.waitsFor, limit); err == nil || err.Error() != want {
					t.Errorf("got  %v\nwant %s", err, want)
				}
				if temporary, ok := errors.AsType[net.Error](err); !ok || !temporary.Timeout() {
					t.Errorf("%v is no net.Error of a timeout", err)
				}
				if took := time.Since(began); took != limit {
					t.Errorf("it took %s", took)
				}
			})
		})
	}
}

// TestPatience has a server that takes its time for what it does in silence, and
// is waited for by default; a timeout that was chosen is kept everywhere.
func TestPatience(t *testing.T) {
	for _, test := range []struct {
		timeout, late time.Duration
		fails         bool
	}{
		{0, 75 * time.Second, false},
		{0, 170 * time.Second, false},
		{time.Minute, 75 * time.Second, false},
		{5 * time.Minute, 4 * time.Minute, false},
		{30 * time.Second, 40 * time.Second, true},
		{0, 190 * time.Second, true},
	} {
		for _, verb := range []string{pop3d.Greeting, "PASS", "CAPA", "UIDL", "LIST", "QUIT"} {
			t.Run(fmt.Sprint(test.timeout, " ", test.late, " ", verb), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := &pop3d.Server{Intercept: fault.When(fault.Verb(verb), fault.Delay(test.late)), Idle: time.Hour}
					s.SetUser("me", "a secret", pop3d.NewMaildrop(small(3, 100)...))
					near, far := net.Pipe()
					go s.ServeConn(far)
					c := New(t.Context(), near, &Options{Timeout: test.timeout})
					if err := errors.Join(session(c)...); (err != nil) != test.fails {
						t.Errorf("got %v", err)
					}
					c.Close()
					s.Close()
				})
			})
		}
	}
}

// session is what a run asks, with the errors of each step.
func session(c *Client) (errs []error) {
	errs = append(errs, greet(c), c.User("me", "a secret"))
	_, err := c.Survey(Survey{Capabilities: true, UIDs: true, Sizes: true})
	return append(errs, err, drain(c.Retrieve(numbers(1))), c.Quit())
}

// TestContextEnds ends the context while the client waits, wherever that is.
func TestContextEnds(t *testing.T) {
	errStopped := errors.New("stopped by the test")
	for _, test := range waits {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, test.harm, func(t *testing.T, _ context.Context, stop context.CancelCauseFunc, c *Client) {
				reach(t, c, test.waitsFor)
				began := time.Now()
				time.AfterFunc(time.Second, func() { stop(errStopped) })
				if err := test.ask(c); !errors.Is(err, errStopped) || err.Error() != errStopped.Error() {
					t.Errorf("got %v", err)
				}
				if took := time.Since(began); took != time.Second {
					t.Errorf("it took %s", took)
				}
				if err := c.Noop(); err != errStopped {
					t.Errorf("later: %v", err)
				}
			})
		})
	}
}

// A context that has ended already lets nothing be sent or read.
func TestContextEnded(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, _ context.Context, stop context.CancelCauseFunc, c *Client) {
		errStopped := errors.New("stopped by the test")
		stop(errStopped)
		synctest.Wait() // for the deadline that the context has set, not to be undone
		if _, err := c.Greeting(); err != errStopped {
			t.Errorf("got %v", err)
		}
		if got := c.BytesReceived(); got != 0 {
			t.Errorf("%d bytes were read", got)
		}
	})
}

// A server that is slow is waited for; see TestTooSlow for what is too slow.
func TestSlowServer(t *testing.T) {
	slow := fault.When(fault.Number("RETR", 1), fault.Slowly(10*time.Second))
	synctest.Test(t, func(t *testing.T) {
		s := &pop3d.Server{Intercept: slow, Idle: time.Hour}
		s.SetUser("me", "a secret", pop3d.NewMaildrop(mails("slow\r\n")...))
		near, far := net.Pipe()
		go s.ServeConn(far)
		c := New(t.Context(), near, nil)
		if err := errors.Join(greet(c), c.User("me", "a secret"), drain(c.Retrieve(numbers(1))), c.Quit()); err != nil {
			t.Error(err)
		}
		c.Close()
		s.Close()
	})
}

// A rekeying connection writes whenever it has read something, as TLS 1.3 may.
type rekeying struct{ net.Conn }

func (c rekeying) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err == nil {
		_, err = io.WriteString(c.Conn, "key")
	}
	return n, err
}

// In a long transfer the last command is long ago, and what TLS writes by
// itself must not be late for it.
func TestWriteWhileReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		go io.Copy(io.Discard, far)
		go func() {
			for range 5 {
				time.Sleep(40 * time.Second)
				io.WriteString(far, "+OK ")
			}
			io.WriteString(far, "\r\n")
		}()
		c := New(t.Context(), rekeying{near}, nil)
		if err := greet(c); err != nil {
			t.Error(err)
		}
		c.Close()
		far.Close()
	})
}

// TestWriteBlocks has a server that reads nothing, over a connection without
// any buffer.
func TestWriteBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		c := New(t.Context(), near, nil)
		if _, ok := errors.AsType[*TimeoutError](c.Noop()); !ok {
			t.Error("no timeout")
		}
		c.Close()
		far.Close()
	})
}

// TestContextEndsInWrite is the same with somebody who won't wait.
func TestContextEndsInWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		c := New(ctx, near, nil)
		if err := c.Noop(); err != context.DeadlineExceeded {
			t.Errorf("got %v", err)
		}
		c.Close()
		far.Close()
		stop()
	})
}

// TestTimeoutOverTCP is the real thing, in real and so in short time.
func TestTimeoutOverTCP(t *testing.T) {
	s := serve(t, &pop3d.Server{Intercept: fault.When(fault.Verb("NOOP"), fault.Stall())})
	for range 3 {
		c := login(t, s, &Options{Timeout: 50 * time.Millisecond})
		err := c.Noop()
		if _, ok := errors.AsType[*TimeoutError](err); !ok {
			t.Errorf("got %v", err)
		}
		c.Close()
	}
}

// TestContextEndsAnywhere ends the context at any moment of a transfer, over
// TCP: there is an end soon, and it is that of the context.
func TestContextEndsAnywhere(t *testing.T) {
	s := serve(t, &pop3d.Server{Shared: true}, small(2000, 5000)...)
	for i := range 40 {
		conn, err := net.DialTimeout("tcp", s.Addr(), patience)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithTimeout(context.Background(), time.Duration(i)*200*time.Microsecond)
		c := New(ctx, conn, &Options{Timeout: patience, Pipelining: On})
		err = errors.Join(greet(c), c.User("me", "a secret"))
		for m, retrieveErr := range c.Retrieve(upTo(2000)) {
			if err = retrieveErr; err == nil {
				_, err = io.Copy(io.Discard, m)
			}
		}
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		c.Close()
		stop()
	}
}

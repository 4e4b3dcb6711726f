package pop3_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"iter"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/auth"
	"popfetch/fetch/dial"
	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/dovecottest"
	"popfetch/fetch/pop3/pop3d/fault"
)

// A long password makes AUTH take two steps.
var longPassword = strings.Repeat("correct horse battery staple ", 10)

// TestDovecot holds sessions of every kind with a real server.
func TestDovecot(t *testing.T) {
	server := dovecottest.Start(t)
	server.AddUser("me", longPassword)
	bodies := slices.Collect(fault.Corpus(7, 300))
	server.Deliver("me", slices.Values(bodies))
	for _, session := range []struct {
		name       string
		security   dial.Security
		mechanism  string
		pipelining pop3.Pipelining
	}{
		{"TLS", dial.Implicit, auth.Auto, pop3.Auto},
		{"STLS", dial.StartTLS, "user", pop3.Auto},
		{"in the clear, one by one", dial.None, auth.Auto, pop3.Off},
	} {
		t.Run(session.name, func(t *testing.T) {
			t.Parallel()
			c := connect(t, server, session.security, session.pipelining)
			credentials := auth.Credentials{
				User: "me", Mechanism: session.mechanism, AllowClear: true,
				Password: func(context.Context) (string, error) { return longPassword, nil },
			}
			if _, err := auth.Login(t.Context(), c, credentials, auth.Channel{}); err != nil {
				t.Fatal(err)
			}
			transfer(t, c, bodies)
		})
	}
}

// connect brings a session to the point where the login is due.
func connect(t *testing.T, s *dovecottest.Server, security dial.Security, pipelining pop3.Pipelining) *pop3.Client {
	t.Helper()
	authority, err := os.ReadFile(s.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	address := s.PlainAddr
	if security == dial.Implicit {
		address = s.TLSAddr
	}
	host, port, _ := net.SplitHostPort(address)
	number, _ := strconv.Atoi(port)
	server := dial.Server{Host: host, Port: number, Security: security, TLS: dial.TLS{Roots: roots}, ConnectTimeout: time.Minute}
	conn, err := server.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := pop3.New(t.Context(), conn, &pop3.Options{Pipelining: pipelining})
	t.Cleanup(func() { c.Close() })
	_, err = c.Greeting()
	if security == dial.StartTLS {
		err = errors.Join(err, c.StartTLS(func(conn net.Conn) (net.Conn, error) {
			return server.Upgrade(t.Context(), conn)
		}))
	}
	if _, capaErr := c.Capabilities(); errors.Join(err, capaErr) != nil {
		t.Fatal(err, capaErr)
	}
	return c
}

// transfer lists and gets all messages.
func transfer(t *testing.T, c *pop3.Client, bodies [][]byte) {
	t.Helper()
	items, err := c.Survey(pop3.Survey{Capabilities: true, UIDs: true, Sizes: true})
	if err != nil || len(items) != len(bodies) {
		t.Fatal(len(items), err)
	}
	if !c.Announced().Has(pop3.CapPipelining) || !c.Announced().Has(pop3.CapTop) {
		t.Errorf("the server announces %v", c.Announced())
	}
	if messages, _, err := c.Stat(); messages != len(bodies) || err != nil {
		t.Errorf("STAT: %d, %v", messages, err)
	}
	for m, err := range c.Retrieve(numbersOf(items)) {
		want := bodies[m.Number-1]
		if size := items[m.Number-1].Size; size != int64(len(want)) {
			t.Errorf("message %d: %d bytes listed, want %d", m.Number, size, len(want))
		}
		if !bytes.HasSuffix(want, []byte("\r\n")) {
			want = append(slices.Clip(want), "\r\n"...)
		}
		got, readErr := io.ReadAll(m)
		if err := errors.Join(err, readErr); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("message %d: got %d bytes, want %d", m.Number, len(got), len(want))
		}
	}
	deleteInVain(t, c, items)
}

// deleteInVain looks at headers, deletes all messages and takes that back.
func deleteInVain(t *testing.T, c *pop3.Client, items []pop3.Item) {
	t.Helper()
	for m, err := range c.Top(numbersOf(items), 0) {
		if header, readErr := io.ReadAll(m); errors.Join(err, readErr) != nil || len(header) > 64<<10 {
			t.Fatalf("TOP %d: %d bytes, %v, %v", m.Number, len(header), err, readErr)
		}
	}
	for number, err := range c.Delete(numbersOf(items)) {
		if err != nil {
			t.Fatalf("DELE %d: %v", number, err)
		}
	}
	for _, err := range c.Retrieve(numbersOf(items[:1])) {
		if _, refused := errors.AsType[*pop3.Error](err); !refused {
			t.Errorf("RETR of a deleted message: %v", err)
		}
	}
	if err := errors.Join(c.Noop(), c.Reset(), c.Quit()); err != nil {
		t.Error(err)
	}
}

func numbersOf(items []pop3.Item) iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, item := range items {
			if !yield(item.Number) {
				return
			}
		}
	}
}

// TestDovecotWithoutMailbox has a server that says yes to the login, and then
// that it can't open the mailbox, which reaches us before the next command is
// sent or behind it. Now and then the server ends the connection so that the system
// throws away what it said (RFC 1122, section 4.2.2.13): then it just hung up.
func TestDovecotWithoutMailbox(t *testing.T) {
	for _, broken := range []struct {
		name, location, says string
		temporary            bool
	}{
		{"no right to it", "mbox:~/mbox:INBOX=/etc/shadow", "[SYS/PERM]", false},
		{"no such mailbox", "maildir:/dev/null/Maildir", "[SYS/TEMP]", true},
	} {
		t.Run(broken.name, func(t *testing.T) {
			server := dovecottest.Start(t, dovecottest.WithConfig("mail_location = "+broken.location))
			server.AddUser("me", "secret")
			told := 0
			for i := range 30 {
				security := []dial.Security{dial.Implicit, dial.None}[i%2]
				c := connect(t, server, security, []pop3.Pipelining{pop3.Auto, pop3.Off}[i/2%2])
				if err := c.User("me", "secret"); err != nil {
					t.Fatal(err)
				}
				err := c.UniqueIDs(i%3 > 0, func(int, []byte) {}, nil)
				parting, ok := errors.AsType[*pop3.PartingError](err)
				if errors.Is(err, pop3.ErrHungUp) && !ok {
					continue
				}
				told++
				if !ok || !strings.Contains(err.Error(), broken.says) || parting.Temporary() != broken.temporary {
					t.Fatalf("session %d: got %v", i, err)
				}
			}
			if told < 20 {
				t.Errorf("the server's words came through in only %d sessions of 30", told)
			}
		})
	}
}

package pop3

import (
	"context"
	"net"
	"testing"

	"popfetch/fetch/pop3/pop3d"
)

// serve starts a server whose user "me" has these messages.
func serve(t testing.TB, s *pop3d.Server, messages ...pop3d.Message) *pop3d.Server {
	t.Helper()
	s.SetUser("me", "a secret", pop3d.NewMaildrop(messages...))
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// login returns a client that is logged in and knows the capabilities.
func login(t testing.TB, s *pop3d.Server, options *Options) *Client {
	t.Helper()
	conn, err := net.DialTimeout("tcp", s.Addr(), patience)
	if err != nil {
		t.Fatal(err)
	}
	return loginOver(t, conn, options)
}

func loginOver(t testing.TB, conn net.Conn, options *Options) *Client {
	t.Helper()
	if options == nil {
		options = &Options{Timeout: patience}
	}
	c := New(context.Background(), conn, options)
	t.Cleanup(func() { c.Close() })
	if _, err := c.Greeting(); err != nil {
		t.Fatal(err)
	}
	if err := c.User("me", "a secret"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Capabilities(); err != nil {
		t.Fatal(err)
	}
	return c
}

// mails are messages with these bodies.
func mails(bodies ...string) []pop3d.Message {
	var messages []pop3d.Message
	for _, body := range bodies {
		messages = append(messages, pop3d.Message{Body: []byte(body)})
	}
	return messages
}

// small are n messages of size bytes.
func small(n, size int) []pop3d.Message {
	body := make([]byte, size)
	for i := range body {
		body[i] = 'a' + byte(i%26)
		switch i % 72 {
		case 70:
			body[i] = '\r'
		case 71:
			body[i] = '\n'
		}
	}
	copy(body[size-2:], "\r\n")
	messages := make([]pop3d.Message, n)
	for i := range messages {
		messages[i].Body = body
	}
	return messages
}

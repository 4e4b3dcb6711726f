package pop3

import (
	"bytes"
	"context"
	"io"
	"iter"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

// numbers yields the numbers of messages.
func numbers(n ...int) iter.Seq[int] { return slices.Values(n) }

// upTo yields the numbers from 1 to n.
func upTo(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i + 1) {
				return
			}
		}
	}
}

// A tape is a connection whose server has said everything beforehand, and
// hangs up then.
type tape struct {
	io.Reader
	writes, lines int // that the client made
}

func (c *tape) Write(p []byte) (int, error) {
	c.writes++
	c.lines += bytes.Count(p, []byte("\r\n"))
	return len(p), nil
}

func (c *tape) Close() error                     { return nil }
func (c *tape) LocalAddr() net.Addr              { return nil }
func (c *tape) RemoteAddr() net.Addr             { return nil }
func (c *tape) SetDeadline(time.Time) error      { return nil }
func (c *tape) SetReadDeadline(time.Time) error  { return nil }
func (c *tape) SetWriteDeadline(time.Time) error { return nil }

// answered returns a client whose server says this, whatever it is asked.
func answered(t testing.TB, replies string) *Client {
	return onTape(t, &tape{Reader: strings.NewReader(replies)}, nil)
}

func onTape(t testing.TB, conn net.Conn, options *Options) *Client {
	c := New(context.Background(), conn, options)
	t.Cleanup(func() { c.Close() })
	return c
}

// inChunks reads text in pieces of these sizes, and then the rest.
func inChunks(text string, sizes ...int) io.Reader {
	var readers []io.Reader
	for _, n := range sizes {
		readers = append(readers, strings.NewReader(text[:n]))
		text = text[n:]
	}
	return io.MultiReader(append(readers, strings.NewReader(text))...)
}

// multiline is a reply of these lines, which stand between bars.
func multiline(lines string) string {
	if lines == "" {
		return "+OK\r\n.\r\n"
	}
	return "+OK\r\n" + strings.ReplaceAll(lines, "|", "\r\n") + "\r\n.\r\n"
}

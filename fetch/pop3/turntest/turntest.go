// Package turntest is the other end of a connection for fuzz targets: a server
// that says anything at all, at the right time.
//
// Its word: a turn is what the server says to one line of the client's. A
// client that got all its turns at once would see, rightly, a server that
// sends what it wasn't asked for, and read no further than the greeting.
package turntest

import (
	"bytes"
	"io"
	"net"
	"strings"
	"time"
)

// A Conn is a connection whose server hangs up as soon as more is expected of
// it than it has to say. There is no goroutine and no time in it, so that the
// same input always comes to the same.
type Conn struct {
	Lines []string // that the client sent, without their ends

	answer func(line string) string
	said   string // and not yet read
	begun  string // a line of the client's without its end
}

// Answering returns a connection whose server says the greeting, and to each
// line what answer returns.
func Answering(greeting string, answer func(line string) string) *Conn {
	return &Conn{said: greeting, answer: answer}
}

// separator stands between the turns of a script. It is in no UTF-8.
const separator = "\xff"

// Script makes a script of turns, and Turns takes it apart.
func Script(turns ...string) []byte { return []byte(strings.Join(turns, separator)) }

// Turns returns a function that returns one turn of the script after the
// other, and behind the last nothing.
func Turns(script []byte) (next func() string) {
	return func() string {
		turn, rest, _ := bytes.Cut(script, []byte(separator))
		script = rest
		return string(turn)
	}
}

// Playing returns a connection whose server goes by a script, whatever the
// client says. Its first turn is the greeting.
func Playing(script []byte) *Conn {
	next := Turns(script)
	return Answering(next(), func(string) string { return next() })
}

// Read implements net.Conn.
func (c *Conn) Read(p []byte) (int, error) {
	if c.said == "" {
		return 0, io.EOF
	}
	n := copy(p, c.said)
	c.said = c.said[n:]
	return n, nil
}

// Write implements net.Conn.
func (c *Conn) Write(p []byte) (int, error) {
	c.begun += string(p)
	for {
		line, rest, found := strings.Cut(c.begun, "\r\n")
		if !found {
			return len(p), nil
		}
		c.begun = rest
		c.Lines = append(c.Lines, line)
		c.said += c.answer(line)
	}
}

// The rest of net.Conn does nothing.

func (c *Conn) Close() error                     { return nil }
func (c *Conn) LocalAddr() net.Addr              { return nil }
func (c *Conn) RemoteAddr() net.Addr             { return nil }
func (c *Conn) SetDeadline(time.Time) error      { return nil }
func (c *Conn) SetReadDeadline(time.Time) error  { return nil }
func (c *Conn) SetWriteDeadline(time.Time) error { return nil }

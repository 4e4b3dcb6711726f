package debiantest

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// A Dialogue is a bare session, with no code of what is tested.
type Dialogue struct {
	t    testing.TB
	conn net.Conn
	in   *bufio.Reader
	// Greeting is what the server says first, with its line end.
	Greeting string
}

// Dial connects and takes the greeting.
func (s *Server) Dial() *Dialogue {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.Addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		s.t.Fatal(err)
	}
	d := &Dialogue{t: s.t, conn: conn, in: bufio.NewReader(conn)}
	d.Greeting = d.readLine()
	return d
}

// Login connects and logs in.
func (s *Server) Login() *Dialogue {
	s.t.Helper()
	d := s.Dial()
	d.Ask("USER " + User)
	if reply := d.Ask("PASS " + Password); !strings.HasPrefix(reply, "+OK") {
		s.t.Fatalf("%s: login: %q", s.Name, reply)
	}
	return d
}

// Ask sends a command and returns the first line of the reply, with its end.
func (d *Dialogue) Ask(command string) string {
	d.t.Helper()
	if _, err := fmt.Fprintf(d.conn, "%s\r\n", command); err != nil {
		d.t.Fatal(err)
	}
	return d.readLine()
}

// AskLines sends a command that must succeed, and returns what the reply has below its first line,
// without the dots that are for the way only.
func (d *Dialogue) AskLines(command string) []byte {
	d.t.Helper()
	if reply := d.Ask(command); !strings.HasPrefix(reply, "+OK") {
		d.t.Fatalf("%s: %q", command, reply)
	}
	var text bytes.Buffer
	for {
		line := d.readLine()
		if line == ".\r\n" {
			return text.Bytes()
		}
		text.WriteString(strings.TrimPrefix(line, "."))
	}
}

// Quit ends the session.
func (d *Dialogue) Quit() {
	d.t.Helper()
	if reply := d.Ask("QUIT"); !strings.HasPrefix(reply, "+OK") {
		d.t.Errorf("QUIT: %q", reply)
	}
	d.conn.Close()
}

// HangUp hangs up.
func (d *Dialogue) HangUp() { d.conn.Close() }

// readLine returns the next line with its end.
func (d *Dialogue) readLine() string {
	d.t.Helper()
	line, err := d.in.ReadString('\n')
	if err != nil {
		d.t.Fatalf("read a line: %v after %q", err, line)
	}
	return line
}

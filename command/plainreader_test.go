package command_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// An outsider finds out what a server serves in the way that any client can.
type outsider struct {
	t         testing.TB
	addr      string            // without TLS
	passwords map[string]string // by user
}

func newOutsider(t testing.TB, addr string) *outsider {
	return &outsider{t: t, addr: addr, passwords: map[string]string{}}
}

func (o *outsider) uids(name string) []string {
	reader := newPlainReader(o.t, o.addr, name, o.passwords[name])
	defer reader.close()
	return reader.uids()
}

func (o *outsider) texts(name string, from int) (texts [][]byte) {
	reader := newPlainReader(o.t, o.addr, name, o.passwords[name])
	defer reader.close()
	for i := range len(reader.uids()) - from {
		texts = append(texts, reader.message(from+i+1))
	}
	return texts
}

// A plainReader reads a maildrop in the simplest way there is: one command
// after the other, each message as a whole in memory. It shares no code with
// the client that the stories are about, so that it can be its judge.
type plainReader struct {
	t    testing.TB
	conn net.Conn
	in   *bufio.Reader
}

func newPlainReader(t testing.TB, addr, name, password string) *plainReader {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	r := &plainReader{t: t, conn: conn, in: bufio.NewReader(conn)}
	r.status("greeting")
	r.ask("USER " + name)
	r.ask("PASS " + password)
	return r
}

// close ends the session.
func (r *plainReader) close() {
	r.ask("QUIT")
	r.conn.Close()
}

// uids are those of the listing.
func (r *plainReader) uids() (uids []string) {
	r.ask("UIDL")
	for line := range strings.Lines(string(r.text())) {
		_, uid, _ := strings.Cut(strings.TrimSpace(line), " ")
		uids = append(uids, uid)
	}
	return uids
}

// message is message n as it is on the wire.
func (r *plainReader) message(n int) []byte {
	r.ask(fmt.Sprintf("RETR %d", n))
	return r.text()
}

// ask gives a command that the server must agree to.
func (r *plainReader) ask(command string) {
	if _, err := r.conn.Write([]byte(command + "\r\n")); err != nil {
		r.t.Fatalf("plain reader: %s: %v", command, err)
	}
	r.status(command)
}

func (r *plainReader) status(command string) {
	if line := r.line(); !bytes.HasPrefix(line, []byte("+OK")) {
		r.t.Fatalf("plain reader: %s: %q", command, line)
	}
}

// text reads lines up to the dot (RFC 1939, section 3).
func (r *plainReader) text() []byte {
	var text bytes.Buffer
	for {
		line := r.line()
		if string(line) == ".\r\n" {
			return text.Bytes()
		}
		text.Write(bytes.TrimPrefix(line, []byte(".")))
	}
}

// line reads up to the next CRLF; a CR or an LF alone ends no line.
func (r *plainReader) line() []byte {
	var line []byte
	for {
		piece, err := r.in.ReadBytes('\n')
		if err != nil {
			r.t.Fatalf("plain reader: %v", err)
		}
		if line = append(line, piece...); bytes.HasSuffix(line, []byte("\r\n")) {
			return line
		}
	}
}

package fetch

import (
	"bytes"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A wire is what lies between us and a real server: it notes all that is said, and can be cut.
type wire struct {
	addr, peer string
	t          testing.TB
	open       sync.WaitGroup

	mu       sync.Mutex
	cut      int64 // after how many bytes from the server, if not 0
	sessions []*said
}

// said is what was said in one session, by either side.
type said struct{ client, server bytes.Buffer }

// newWire puts a wire before a server.
func newWire(t testing.TB, peer string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{addr: listener.Addr().String(), peer: peer, t: t}
	w.open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			w.open.Go(func() { w.carry(conn) })
		}
	})
	t.Cleanup(func() { listener.Close(); w.open.Wait() })
	return w
}

// cutAfter has the sessions from now on end after so many bytes from the server; 0 for never.
func (w *wire) cutAfter(bytes int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = bytes
}

// carry carries a session until the server ends it, or the wire is cut.
func (w *wire) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", w.peer)
	if err != nil {
		w.t.Error(err)
		return
	}
	one := &said{}
	w.mu.Lock()
	w.sessions = append(w.sessions, one)
	cut := w.cut
	w.mu.Unlock()
	var up sync.WaitGroup
	up.Go(func() {
		io.Copy(io.MultiWriter(noted{w, &one.client}, server), client)
		server.(*net.TCPConn).CloseWrite()
	})
	from := io.Reader(server)
	if cut > 0 {
		from = io.LimitReader(server, cut)
	}
	io.Copy(io.MultiWriter(noted{w, &one.server}, client), from)
	client.Close()
	server.Close()
	up.Wait()
}

// noted notes what passes.
type noted struct {
	w  *wire
	to *bytes.Buffer
}

func (n noted) Write(p []byte) (int, error) {
	n.w.mu.Lock()
	defer n.w.mu.Unlock()
	return n.to.Write(p)
}

// forget forgets what was said up to now.
func (w *wire) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sessions = nil
}

// commands are what the server was told in the last session, by verb if that is given.
func (w *wire) commands(verb string) (commands []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for line := range strings.Lines(w.sessions[len(w.sessions)-1].client.String()) {
		if strings.HasPrefix(line, verb) {
			commands = append(commands, strings.TrimSpace(line))
		}
	}
	return commands
}

// bodies are the whole messages that the server has sent to RETR, or headers to TOP, in all
// sessions, as they are to be found in a mailbox.
func (w *wire) bodies(verb string) (bodies []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.sessions {
		bodies = append(bodies, one.bodies(verb)...)
	}
	return bodies
}

// bodies reads the session with no code of what is tested, by knowing which commands have replies of
// many lines. A body that has no end isn't counted.
func (s *said) bodies(verb string) (bodies []string) {
	replies := s.server.Bytes()
	next := func() []byte {
		line, rest, ended := bytes.Cut(replies, []byte("\n"))
		if replies = rest; !ended {
			return nil
		}
		return line
	}
	next() // the greeting
	for command := range strings.Lines(s.client.String()) {
		said, _, argued := strings.Cut(strings.TrimSpace(command), " ")
		long := slices.Contains([]string{"RETR", "TOP"}, said) ||
			slices.Contains([]string{"CAPA", "UIDL", "LIST"}, said) && !argued
		if !bytes.HasPrefix(next(), []byte("+OK")) || !long {
			continue
		}
		var body bytes.Buffer
		line := next()
		for ; line != nil && string(line) != ".\r"; line = next() {
			body.Write(bytes.TrimPrefix(line, []byte(".")))
			body.WriteByte('\n')
		}
		if line != nil && said == verb {
			bodies = append(bodies, stored(body.Bytes()))
		}
	}
	return bodies
}

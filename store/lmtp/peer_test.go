package lmtp_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/lmtp"
)

// A fakePeer is a server of LMTP that says what it is told to say, and writes
// down what it hears.
type fakePeer struct {
	t       *testing.T
	address string
	secure  *tls.Config              // nil without STARTTLS
	answers func(line string) string // in place of its own, if not empty; "close" and "hang" are no words

	mu          sync.Mutex
	log         []string // the lines, without those of messages
	messages    []string // as they came, with the dots that were put before lines
	connections int
}

// usual are the answers of a server that takes everything. A line is "greeting"
// at the beginning and "." behind a message.
func usual(line string) string {
	verb, _, _ := strings.Cut(line, " ")
	switch verb {
	case "greeting":
		return "220 fake LMTP"
	case "LHLO":
		return "250-fake\r\n250-PIPELINING\r\n250 8BITMIME"
	case "DATA":
		return "354 go on"
	case "QUIT":
		return "221 2.0.0 bye"
	case ".":
		return "250 2.0.0 taken"
	}
	return "250 2.1.0 ok"
}

// listen starts the peer at a port or a socket of its own.
func listen(t *testing.T, network string, answers func(string) string) *fakePeer {
	t.Helper()
	address := "127.0.0.1:0"
	if network == "unix" {
		address = filepath.Join(t.TempDir(), "s")
	}
	listener, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	p := &fakePeer{t: t, address: listener.Addr().String(), answers: answers}
	var wg sync.WaitGroup
	t.Cleanup(func() { listener.Close(); wg.Wait() })
	wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			p.mu.Lock()
			p.connections++
			p.mu.Unlock()
			wg.Go(func() { p.serve(conn) })
		}
	})
	return p
}

func (p *fakePeer) serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for line, err := "greeting", error(nil); err == nil; line, err = in.ReadString('\n') {
		line = strings.TrimSuffix(line, "\r\n")
		answer := p.hear(line)
		if strings.HasPrefix(answer, "354 go on") {
			io.WriteString(conn, answer+"\r\n")
			text, err := readMessage(in)
			if err != nil {
				return
			}
			p.mu.Lock()
			p.messages = append(p.messages, text)
			p.mu.Unlock()
			answer = p.hear(".")
		}
		if line == "STARTTLS" && p.secure != nil && strings.HasPrefix(answer, "220") {
			io.WriteString(conn, answer+"\r\n")
			secured := tls.Server(conn, p.secure)
			if secured.Handshake() != nil {
				return
			}
			conn, in = secured, bufio.NewReader(secured)
			continue
		}
		switch answer {
		case "close":
			return
		case "hang":
			io.Copy(io.Discard, in)
			return
		}
		if _, err := io.WriteString(conn, answer+"\r\n"); err != nil || strings.HasPrefix(answer, "421") {
			return
		}
	}
}

func readMessage(in *bufio.Reader) (string, error) {
	var text strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			return text.String(), err
		}
		text.WriteString(line)
	}
}

// hear returns the answer to a line.
func (p *fakePeer) hear(line string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log = append(p.log, line)
	if p.answers != nil {
		if answer := p.answers(line); answer != "" {
			return answer
		}
	}
	return usual(line)
}

// heard returns and forgets what the peer heard.
func (p *fakePeer) heard() (log, messages []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	log, messages = p.log, p.messages
	p.log, p.messages = nil, nil
	return log, messages
}

const me = "me@example.org"

// open opens the mailbox that a peer keeps.
func open(ctx context.Context, t *testing.T, address string, options lmtp.Options) store.Mailbox {
	t.Helper()
	state, _, err := durable.MakeDir(filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	box := lmtp.Open(ctx, lmtp.Address{Server: address, Recipient: me}, state, "work.spool", "0123456789abcdef", &options)
	t.Cleanup(func() {
		box.Close()
		if names, err := state.Names("."); err != nil || len(names) > 0 {
			t.Errorf("left in the state folder: %q (%v)", names, err)
		}
		state.Close()
	})
	return box
}

// A failure is what an error means.
type failure struct {
	Text          string
	Refused       bool // the peer doesn't have the message for sure
	All           bool // it is about all messages
	Later         bool // it will pass
	BeforePublish bool
}

// deliver does with one message what package fetch does.
func deliver(box store.Mailbox, text string) (failure, error) {
	b, err := box.Begin()
	if err != nil {
		return failure{}, err
	}
	if _, err := b.Append(strings.NewReader(text)); err != nil {
		return failure{}, err
	}
	staged := false
	if _, err = b.Stage(); err == nil {
		staged = true
		err = b.Publish()
	} else {
		b.Discard()
	}
	if err == nil {
		return failure{}, nil
	}
	temporary, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err)
	return failure{
		err.Error(), errors.As(err, new(*store.Refused)), errors.As(err, new(*store.Error)),
		ok && temporary.Temporary(), !staged,
	}, err
}

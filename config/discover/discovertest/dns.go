package discovertest

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// A DNS is a name server. Its methods are safe for concurrent use.
type DNS struct {
	udp     net.PacketConn
	tcp     net.Listener
	records []record
	serving sync.WaitGroup

	mu    sync.Mutex // guards what follows
	asked []string
	open  map[net.Conn]bool // nil: closed
}

// StartDNS runs a name server until the test ends. The records are
//
//	NAME SRV PRIORITY WEIGHT PORT TARGET
//	NAME MX PREFERENCE HOST
//	NAME A ADDRESS
//
// or, for what a broken server does with any question about the name,
//
//	NAME SERVFAIL   says that it can't tell
//	NAME SILENCE    says nothing
//	NAME GARBAGE    says what is no DNS
//	NAME FORGED     says something else first, under another's number
func StartDNS(t testing.TB, records ...string) *DNS {
	t.Helper()
	d := &DNS{open: map[net.Conn]bool{}}
	for _, line := range records {
		r, err := parseRecord(line)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		d.records = append(d.records, r)
	}
	var err error
	if d.udp, err = net.ListenPacket("udp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	if d.tcp, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	d.serving.Go(d.serveUDP)
	d.serving.Go(d.serveTCP)
	t.Cleanup(d.close)
	return d
}

// Resolver asks this server and no other.
func (d *DNS) Resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		address := d.udp.LocalAddr()
		if strings.HasPrefix(network, "tcp") {
			address = d.tcp.Addr()
		}
		var dialer net.Dialer
		return dialer.DialContext(ctx, address.Network(), address.String())
	}}
}

// Address is where it listens for questions by UDP.
func (d *DNS) Address() string { return d.udp.LocalAddr().String() }

// AskedQuestions are the questions so far, as NAME TYPE.
func (d *DNS) AskedQuestions() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.asked...)
}

func (d *DNS) close() {
	_ = d.udp.Close()
	_ = d.tcp.Close()
	d.mu.Lock()
	for conn := range d.open {
		_ = conn.Close()
	}
	d.open = nil
	d.mu.Unlock()
	d.serving.Wait()
}

// maxUDP is what an answer may have without being asked again over TCP.
const maxUDP = 512

func (d *DNS) serveUDP() {
	buffer := make([]byte, 64<<10)
	for {
		n, from, err := d.udp.ReadFrom(buffer)
		if err != nil {
			return
		}
		for _, answer := range d.answerQuestion(buffer[:n]) {
			if len(answer) > maxUDP {
				answer = truncateAnswer(answer)
			}
			_, _ = d.udp.WriteTo(answer, from) // Who is gone needs no answer.
		}
	}
}

func (d *DNS) serveTCP() {
	for {
		conn, err := d.tcp.Accept()
		if err != nil {
			return
		}
		d.mu.Lock()
		isOpen := d.open != nil
		if isOpen {
			d.open[conn] = true
		}
		d.mu.Unlock()
		if !isOpen {
			_ = conn.Close()
			return
		}
		d.serving.Go(func() { d.serveConn(conn) })
	}
}

// serveConn answers over TCP, where each message has its length before it (RFC
// 1035, section 4.2.2).
func (d *DNS) serveConn(conn net.Conn) {
	defer func() {
		d.mu.Lock()
		delete(d.open, conn)
		d.mu.Unlock()
		_ = conn.Close()
	}()
	for {
		var length [2]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return
		}
		question := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(conn, question); err != nil {
			return
		}
		for _, answer := range d.answerQuestion(question) {
			if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
				return
			}
		}
	}
}

// answerQuestion returns the messages that are sent for one question.
func (d *DNS) answerQuestion(packet []byte) [][]byte {
	var asked dnsmessage.Message
	if err := asked.Unpack(packet); err != nil || len(asked.Questions) != 1 {
		return nil
	}
	question := asked.Questions[0]
	name := strings.ToLower(strings.TrimSuffix(question.Name.String(), "."))
	d.mu.Lock()
	d.asked = append(d.asked, name+" "+strings.TrimPrefix(question.Type.String(), "Type"))
	d.mu.Unlock()

	reply := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: asked.ID, Response: true, Authoritative: true, RecursionAvailable: true, RCode: dnsmessage.RCodeNameError},
		Questions: asked.Questions,
	}
	var before [][]byte
	for _, r := range d.records {
		if r.name != name {
			continue
		}
		switch r.fault {
		case "SERVFAIL":
			reply.RCode = dnsmessage.RCodeServerFailure
			return packReply(reply)
		case "SILENCE":
			return nil
		case "GARBAGE":
			return [][]byte{[]byte("this is no DNS at all, however long one looks at it")}
		case "FORGED":
			before = forgedReply(reply)
			continue
		}
		reply.RCode = dnsmessage.RCodeSuccess
		if r.kind == question.Type {
			reply.Answers = append(reply.Answers, r.toResource(question.Name))
		}
	}
	return append(before, packReply(reply)...)
}

// forgedReply is what somebody sends who doesn't know the number of the question.
func forgedReply(reply dnsmessage.Message) [][]byte {
	reply.ID++
	reply.RCode = dnsmessage.RCodeSuccess
	evil := record{kind: dnsmessage.TypeSRV, body: &dnsmessage.SRVResource{
		Port: 995, Target: dnsmessage.MustNewName("evil.example."),
	}}
	reply.Answers = []dnsmessage.Resource{evil.toResource(reply.Questions[0].Name)}
	return packReply(reply)
}

// packReply panics at a reply that isn't one: its records were read already.
func packReply(reply dnsmessage.Message) [][]byte {
	packet, err := reply.Pack()
	if err != nil {
		panic(errors.New("discovertest: " + err.Error()))
	}
	return [][]byte{packet}
}

// truncateAnswer is an answer of which nothing is left but that it's too long.
func truncateAnswer(answer []byte) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(answer); err != nil {
		return answer
	}
	m.Truncated, m.Answers = true, nil
	return packReply(m)[0]
}

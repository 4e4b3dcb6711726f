package pop3d_test

import (
	"io"
	"slices"
	"strconv"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// benchmarkRetrieve fetches a maildrop, pipelined, b.N messages in all. The
// client only counts.
func benchmarkRetrieve(b *testing.B, size int64, m pop3d.Message) {
	s := start(b, &pop3d.Server{Users: map[string]pop3d.User{"me": {"", pop3d.NewMaildrop(m)}}, Unrecorded: true})
	p := dial(b, s)
	_ = p.SetDeadline(time.Now().Add(time.Hour))
	p.send("USER me\r\nPASS \r\n")
	p.talk("S: +OK pop3d is ready\nS: +OK and the password?\nS: +OK 1 messages")
	b.SetBytes(size)
	b.ReportAllocs()
	b.ResetTimer()
	go func() {
		commands := make([]byte, 0, 64*8)
		for left := b.N; left > 0; left -= 64 {
			commands = commands[:0]
			for range min(left, 64) {
				commands = append(commands, "RETR 1\r\n"...)
			}
			_, _ = p.Write(commands)
		}
		_, _ = io.WriteString(p, "QUIT\r\n")
	}()
	n, err := io.Copy(io.Discard, p.Conn)
	if err != nil || n < size*int64(b.N) {
		b.Errorf("got %d bytes, %v", n, err)
	}
}

func BenchmarkRetrieve(b *testing.B) {
	mail := slices.Collect(fault.Corpus(1, 3))
	small, dots := mail[0], mail[2] // as each kind comes once at the beginning
	const big = 64 << 20
	body, err := io.ReadAll(fault.Large("big", big).Open())
	if err != nil {
		b.Fatal(err)
	}
	b.Run("small", func(b *testing.B) { benchmarkRetrieve(b, int64(len(small)), pop3d.Message{Body: small}) })
	b.Run("dots", func(b *testing.B) { benchmarkRetrieve(b, int64(len(dots)), pop3d.Message{Body: dots}) })
	b.Run("big", func(b *testing.B) { benchmarkRetrieve(b, big, pop3d.Message{Body: body}) })
	b.Run("streamed", func(b *testing.B) { benchmarkRetrieve(b, big, fault.Large("big", big)) })
}

// BenchmarkUIDL lists 100,000 messages.
func BenchmarkUIDL(b *testing.B) {
	const n = 100_000
	s := start(b, &pop3d.Server{Users: map[string]pop3d.User{"me": {"", manyMessages(n)}}})
	p := dial(b, s)
	_ = p.SetDeadline(time.Now().Add(time.Hour))
	p.send("USER me\r\nPASS \r\n")
	p.talk("S: +OK pop3d is ready\nS: +OK and the password?\nS: +OK " + strconv.Itoa(n) + " messages")
	b.ReportAllocs()
	for b.Loop() {
		p.send("UIDL\r\n")
		p.answers(n + 2)
	}
}

// BenchmarkDotWriter is the server's work without the network.
func BenchmarkDotWriter(b *testing.B) {
	body, err := io.ReadAll(fault.Large("big", 1<<20).Open())
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		w := pop3d.NewDotWriter(io.Discard)
		_, _ = w.Write(body)
		w.End()
	}
}

package pop3

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// BenchmarkMessage reads messages of 1 MB from memory, as the mailboxes do, in
// blocks of 64 KB.
func BenchmarkMessage(b *testing.B) {
	typical := strings.Repeat("The quick brown fox jumps over the lazy dog, and so on and so on.....\r\n", 100)
	kinds := []struct{ name, block string }{
		{"typical", typical},
		{"dots", strings.Repeat("..and so on, and so on, with a dot before each line, and on and on\r\n", 100)},
		{"onlyDots", strings.Repeat("..\r\n", 1000)},
		{"oneLine", strings.Repeat("x", 10_000)},
	}
	for _, kind := range kinds {
		b.Run(kind.name, func(b *testing.B) {
			body := strings.Repeat(kind.block, 1<<20/len(kind.block)) + "\r\n"
			c := onTape(b, &tape{Reader: &repeated{text: "+OK\r\n" + body + ".\r\n"}}, nil)
			block := make([]byte, 64<<10)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				for m, err := range c.Retrieve(numbers(1)) {
					if err != nil {
						b.Fatal(err)
					}
					if _, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{m}, block); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// BenchmarkRetrieve gets 1,000 messages of 5 KB from a server on loopback, at
// once and with a round-trip time. That without pipelining would take as many
// round trips, and tell nothing that isn't known.
func BenchmarkRetrieve(b *testing.B) {
	kinds := []struct {
		name       string
		rtt        time.Duration
		pipelining Pipelining
	}{
		{"pipelined", 0, On},
		{"oneByOne", 0, Off},
		{"pipelined/rtt=50ms", 50 * time.Millisecond, On},
	}
	for _, kind := range kinds {
		b.Run(kind.name, func(b *testing.B) {
			s := serveFaraway(b, &pop3d.Server{Unrecorded: true}, kind.rtt, small(1000, 5<<10)...)
			c := login(b, s, &Options{Pipelining: kind.pipelining, Timeout: patience})
			b.SetBytes(1000 * 5 << 10)
			b.ReportAllocs()
			for b.Loop() {
				if err := drain(c.Retrieve(upTo(1000))); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// serveFaraway is serve with a round-trip time.
func serveFaraway(b *testing.B, s *pop3d.Server, rtt time.Duration, messages ...pop3d.Message) *pop3d.Server {
	if rtt == 0 {
		return serve(b, s, messages...)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s.SetUser("me", "a secret", pop3d.NewMaildrop(messages...))
	if err := s.StartOn(fault.Delayed(l, rtt)); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

// BenchmarkSurvey reads the UIDs, and the sizes too, of 100,000 messages from
// memory.
func BenchmarkSurvey(b *testing.B) {
	const messages = 100_000
	var sizes bytes.Buffer
	sizes.WriteString("+OK\r\n")
	for i := range messages {
		fmt.Fprintf(&sizes, "%d %d\r\n", i+1, 5000+i%1000)
	}
	sizes.WriteString(".\r\n")
	uids := multiUIDL(messages)
	kinds := []struct {
		name, replies string
		what          Survey
	}{
		{"UIDs", uids, Survey{UIDs: true}},
		{"both", uids + sizes.String(), Survey{UIDs: true, Sizes: true}},
	}
	for _, kind := range kinds {
		b.Run(kind.name, func(b *testing.B) {
			c := onTape(b, &tape{Reader: &repeated{text: kind.replies}}, nil)
			b.SetBytes(int64(len(kind.replies)))
			b.ReportAllocs()
			for b.Loop() {
				if items, err := c.Survey(kind.what); err != nil || len(items) != messages {
					b.Fatal(len(items), err)
				}
			}
		})
	}
}

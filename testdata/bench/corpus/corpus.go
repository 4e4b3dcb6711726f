// Package corpus makes the mail of the benchmarks: plain messages, the same for the same seed.
//
// Each has a Message-ID of its own and ends in CRLF, and some lines begin with a dot or with
// "From ". They are tame on purpose: what is odd is for the tests, here every program shall be
// able to fetch everything.
package corpus

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"
)

// A Spec says what a maildrop holds. Message i depends on the seed and on i, not on the count.
type Spec struct {
	Seed  uint64
	First int // the place of the first message, for a delivery behind an earlier one
	Count int
	Size  Size
}

// Size draws the size of the body of message i.
type Size func(r *rand.Rand, i int) int

// Tiny is as little as a message for counting needs.
func Tiny(*rand.Rand, int) int { return 300 }

// Small is mail without attachments, 5 KB on the average.
func Small(r *rand.Rand, _ int) int { return 200 + min(int(r.ExpFloat64()*4300), 64<<10) }

// Mixed is mail as a person gets it: most messages are small, one in four has a picture, one in
// twenty a film. The average is 290 KB.
func Mixed(r *rand.Rand, i int) int {
	switch {
	case i%20 == 7:
		return 4_000_000 + r.IntN(1_400_000)
	case i%4 == 1:
		return 60_000 + r.IntN(300_000)
	default:
		return Small(r, i)
	}
}

// Exactly makes all bodies n bytes big, to within a line.
func Exactly(n int) Size { return func(*rand.Rand, int) int { return n } }

// Messages generates the messages in order. The caller may keep them.
func (s Spec) Messages() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for i := s.First; i < s.First+s.Count; i++ {
			if !yield(s.message(i)) {
				return
			}
		}
	}
}

// Bytes is the size of all messages, without their headers.
func (s Spec) Bytes() int64 {
	var sum int64
	for i := s.First; i < s.First+s.Count; i++ {
		sum += int64(s.Size(s.random(i), i))
	}
	return sum
}

func (s Spec) random(i int) *rand.Rand { return rand.New(rand.NewPCG(s.Seed, uint64(i))) }

// start is the date of message 0.
var start = time.Date(2026, 1, 5, 8, 30, 0, 0, time.UTC)

func (s Spec) message(i int) []byte {
	r := s.random(i)
	size := s.Size(r, i)
	date := start.Add(time.Duration(i) * time.Minute).Format(time.RFC1123Z)
	out := make([]byte, 0, size+1024)
	out = fmt.Appendf(out, "Return-Path: <sender@example.org>\r\n"+
		"Received: from mx.example.net by mail.example.org with ESMTPS; %s\r\n"+
		"Message-ID: <%d.%d@bench.example.org>\r\n"+
		"Date: %s\r\nFrom: A Sender <sender@example.org>\r\nTo: you@example.com\r\n"+
		"Subject: Message %d of corpus %d\r\n"+
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n",
		date, s.Seed, i, date, i, s.Seed)
	lines := text
	if size > 50_000 {
		lines = attachment
	}
	return appendLines(out, lines, r, size)
}

// appendLines appends whole lines, from a random place on, until about size bytes are written.
func appendLines(out []byte, lines [][]byte, r *rand.Rand, size int) []byte {
	end := len(out) + size
	for at := r.IntN(len(lines)); len(out) < end; at = (at + 1) % len(lines) {
		out = append(out, lines[at]...)
	}
	return out
}

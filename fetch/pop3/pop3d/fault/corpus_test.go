package fault

import (
	"bytes"
	"crypto/sha256"
	"io"
	"net/mail"
	"slices"
	"strings"
	"testing"
)

func TestCorpusIsTheSame(t *testing.T) {
	sum := func(seed uint64, n int) [][32]byte {
		var sums [][32]byte
		for body := range Corpus(seed, n) {
			sums = append(sums, sha256.Sum256(body))
		}
		return sums
	}
	hundred := sum(1, 100)
	if !slices.Equal(hundred, sum(1, 100)) {
		t.Error("the same seed gave other messages")
	}
	if !slices.Equal(hundred[:50], sum(1, 50)) {
		t.Error("message i depends on n")
	}
	if slices.Equal(hundred, sum(2, 100)) {
		t.Error("another seed gave the same messages")
	}
}

// TestCorpus looks whether it is as odd as Corpus says.
func TestCorpus(t *testing.T) {
	const n = 800
	bodies := make(map[string]bool)
	has := map[string]bool{
		"\r\n.\r\n": false, "\r\n..": false, "\r\nFrom ": false, "\r\n>From ": false, "\x00": false,
		"\xff": false, "=?koi8-r?": false, "\r\n\t": false, strings.Repeat("abcdefghi.", 10<<10): false,
	}
	small, big := 0, 0
	for body := range Corpus(3, n) {
		text := string(body)
		bodies[text] = true
		if bare := strings.ReplaceAll(text, "\r\n", ""); strings.ContainsAny(bare, "\r\n") {
			t.Errorf("line ends other than CRLF in %.100q", text)
		}
		for piece := range has {
			has[piece] = has[piece] || strings.Contains(text, piece)
		}
		switch {
		case len(text) < 20_000:
			small++
		case len(text) > attachmentSize:
			big++
		}
	}
	if len(bodies) != n || small < n*8/10 || big != 1 {
		t.Errorf("%d different messages, %d small and %d big", len(bodies), small, big)
	}
	for piece, found := range has {
		if !found {
			t.Errorf("no message has %.20q", piece)
		}
	}
}

func TestCorpusHeaders(t *testing.T) {
	const n = 500
	ids := make(map[string]bool)
	without := 0
	for body := range Corpus(4, n) {
		if bytes.HasPrefix(body, []byte("\r\n")) {
			without++
			continue
		}
		m, err := mail.ReadMessage(io.MultiReader(bytes.NewReader(body), strings.NewReader("\r\n"))) // for header only
		if err != nil {
			t.Fatalf("%v in %.500q", err, body)
		}
		ids[m.Header.Get("Message-Id")] = true
	}
	if ids[""] || len(ids)+without != n || without > n/10 {
		t.Errorf("%d message IDs, %d messages without a header", len(ids), without)
	}
}

func TestCorpusStops(t *testing.T) {
	for range Corpus(1, 10) {
		break
	}
	for range OddBytes() {
		break
	}
}

// BenchmarkCorpus is what making test messages costs.
func BenchmarkCorpus(b *testing.B) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		corpusMessage(1, 1000+i%100)
	}
}

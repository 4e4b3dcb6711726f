package pop3d

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

func TestOddBytes(t *testing.T) {
	names := make(map[string]bool)
	for name, body := range OddBytes() {
		if names[name] {
			t.Errorf("two of the name %q", name)
		}
		names[name] = true
		want := stuffed(string(body))
		if got := sent(string(body), 1<<20); got != want {
			t.Errorf("%s: sent as %q, want %q", name, got, want)
		}
	}
	if len(names) < 20 {
		t.Errorf("only %d", len(names))
	}
}

func TestSample(t *testing.T) {
	messages := Sample()
	if len(messages) != 12 {
		t.Fatalf("%d messages", len(messages))
	}
	for _, m := range messages {
		bare := bytes.ReplaceAll(m.Body, []byte("\r\n"), nil)
		if bytes.ContainsAny(bare, "\r\n") || !bytes.HasSuffix(m.Body, []byte("\r\n")) {
			t.Errorf("%s: line ends other than CRLF", m.UID)
		}
		parsed, err := mail.ReadMessage(bytes.NewReader(m.Body))
		if err != nil {
			t.Errorf("%s: %v", m.UID, err)
			continue
		}
		for _, field := range []string{"From", "To"} {
			if _, err := parsed.Header.AddressList(field); err != nil && !strings.Contains(err.Error(), "charset") {
				t.Errorf("%s: %s: %v", m.UID, field, err)
			}
		}
		if _, err := parsed.Header.Date(); err != nil {
			t.Errorf("%s: %v", m.UID, err)
		}
		for _, field := range []string{"Subject", "Message-Id"} {
			if parsed.Header.Get(field) == "" {
				t.Errorf("%s: no %s", m.UID, field)
			}
		}
	}
}

package match

import (
	"bytes"
	"strings"
	"testing"

	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store/ledger"
)

// usual is a header with all that identifies a message.
const usual = "Received: by here\r\nMessage-ID: <1@example.org>\r\nDate: Mon, 5 Jan 2026 08:30:00 +0000\r\n" +
	"From: A <a@example.org>\r\nTo: b@example.org\r\nSubject: one two\r\n"

// TestFingerprintIsTheSame lets a server change what must not matter.
func TestFingerprintIsTheSame(t *testing.T) {
	for _, tc := range []struct{ name, header string }{
		{"bare LF", strings.ReplaceAll(usual, "\r\n", "\n")},
		{"folded", strings.Replace(usual, "one two", "one\r\n\ttwo", 1)},
		{"folded at once", strings.Replace(usual, "Subject: one", "Subject:\r\n one", 1)},
		{"blanks", strings.Replace(usual, "Subject: one two", "Subject:  one \t two ", 1)},
		{"case of names", strings.Replace(usual, "Message-ID", "MESSAGE-Id", 1)},
		{"other fields", "X-Status: seen\r\n" + usual + "X-UIDL: 4711\r\nStatus: RO\r\n"},
		{"a second one of a field", usual + "Subject: three\r\nFrom: c@example.org\r\n"},
		{"another order", strings.Join(reversed(strings.SplitAfter(usual, "\r\n")), "")},
		{"no end of the last line", strings.TrimSuffix(usual, "\r\n")},
	} {
		if headerFingerprint([]byte(tc.header)) != headerFingerprint([]byte(usual)) {
			t.Errorf("%s: another fingerprint for\n%s", tc.name, tc.header)
		}
	}
}

func reversed(lines []string) []string {
	var back []string
	for _, line := range lines {
		back = append([]string{line}, back...)
	}
	return back
}

// TestFingerprintDiffers tells messages apart by each of the fields.
func TestFingerprintDiffers(t *testing.T) {
	seen := map[ledger.Fingerprint]string{}
	for _, header := range []string{
		usual,
		strings.Replace(usual, "<1@", "<2@", 1),
		strings.Replace(usual, "08:30", "08:31", 1),
		strings.Replace(usual, "A <a@", "B <a@", 1),
		strings.Replace(usual, "b@", "c@", 1),
		strings.Replace(usual, "one two", "onetwo", 1),
		strings.Replace(usual, "Subject: one two\r\n", "", 1),
		strings.Replace(usual, "To: b@example.org\r\n", "", 1),
		"Message-ID: x\r\n",
		"Date: x\r\n",
		"Date: x\r\nFrom: x\r\n",
		"Date: x\r\nTo: x\r\n",
		"Date: x\r\nSubject: from: x\r\n",
		"Date: x\r\nSubject: one\r\nSubject: two\r\n",
	} {
		f := headerFingerprint([]byte(header))
		if before, known := seen[f]; known {
			t.Errorf("one fingerprint for\n%sand\n%s", before, header)
		}
		seen[f] = header
	}
}

// TestNoFingerprint has headers that don't tell a message from any other.
func TestNoFingerprint(t *testing.T) {
	for _, header := range []string{
		"", "\r\n", "Received: by here\r\n", "Subject:\r\n", "Subject: \r\n\t\r\nFrom:\r\n",
		" Subject: folded into nothing\r\n", "X-Subject: x\r\n", "Subject\r\n", "Subject", "Sub",
		"From: root@example.org\r\nTo: root@example.org\r\nSubject: disk report\r\n", "Message-ID: \r\nDate:\r\n",
	} {
		if headerFingerprint([]byte(header)) != (ledger.Fingerprint{}) {
			t.Errorf("%q has a fingerprint", header)
		}
	}
}

// TestFingerprintOfCorpus has no two messages alike in a corpus of all kinds.
func TestFingerprintOfCorpus(t *testing.T) {
	seen := map[ledger.Fingerprint]int{}
	i := 0
	for text := range fault.Corpus(1, 200) {
		i++
		f := headerFingerprint([]byte(headerOf(string(text))))
		if other, known := seen[f]; known && f != (ledger.Fingerprint{}) {
			t.Errorf("messages %d and %d have one fingerprint", other, i)
		}
		seen[f] = i
	}
}

// FuzzFingerprint compares the header that comes in two pieces, as it is and
// folded anew, with the one that comes at once.
func FuzzFingerprint(f *testing.F) {
	f.Add([]byte(usual+"\r\nbody"), 20)
	f.Add([]byte("\r\nno header"), 1)
	f.Add([]byte("Subject: a\n\nb"), 12)
	f.Add([]byte("Subject:\r\n\tx\r\n \r\n\r\n"), 17)
	f.Fuzz(func(t *testing.T, message []byte, cut int) {
		cut = max(0, min(cut, len(message)))
		whole := headerOf(string(message))
		if parts := headerOf(string(message[:cut]), string(message[cut:])); parts != whole {
			t.Fatalf("in two pieces %q, at once %q", parts, whole)
		}
		if !bytes.HasPrefix(message, []byte(whole)) || len(whole) > MaxHeader {
			t.Fatalf("%q is no start of the message", whole)
		}
		folded := strings.ReplaceAll(whole, " ", "\r\n ")
		if strings.HasPrefix(whole, " ") || strings.Contains(whole, "\n ") {
			return // a fold at the start of a line would begin another one
		}
		if headerFingerprint([]byte(folded)) != headerFingerprint([]byte(whole)) {
			t.Fatalf("folding changes the fingerprint of %q", whole)
		}
	})
}

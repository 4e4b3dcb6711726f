package lmtp_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/store/lmtp"
)

// TestEarlyReply has the peer say once more than it was asked, which shifts every reply
// behind it, and refuse the second message that it gets. What counts as delivered is what it
// took; a message that isn't is tried again.
func TestEarlyReply(t *testing.T) {
	for name, test := range map[string]struct {
		line, answer string
		delivered    []string
	}{
		"to DATA":      {"DATA", "354 go on\r\n250 early", []string{"two\r\n"}},
		"to RCPT":      {"RCPT TO:<" + me + ">", "250 ok\r\n354 go on\r\n250 early", []string{"two\r\n"}},
		"to a message": {".", "250 taken\r\n250 taken", []string{"one\r\n", "three\r\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := listen(t, "tcp", nil)
			said, messages := false, 0
			var taken []string
			answers := func(line string) (answer string) {
				if line == test.line && !said {
					said, answer = true, test.answer
				}
				if line != "." {
					return answer
				}
				if messages++; messages == 2 {
					return "550 refused"
				}
				taken = append(taken, p.messages[len(p.messages)-1])
				return answer
			}
			p.mu.Lock()
			p.answers = answers
			p.mu.Unlock()
			box := open(t.Context(), t, p.address, lmtp.Options{})
			var delivered []string
			for _, text := range []string{"one\r\n", "two\r\n", "three\r\n"} {
				got, err := deliver(box, text)
				switch {
				case err == nil:
					delivered = append(delivered, text)
				case !got.Refused || got.All:
					t.Errorf("%q: %v", text, err)
				}
			}
			if diff := cmp.Diff(test.delivered, delivered); diff != "" {
				t.Error(diff)
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			if diff := cmp.Diff(taken, delivered); diff != "" {
				t.Error(diff)
			}
		})
	}
}

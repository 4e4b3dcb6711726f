package lmtp_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/store/lmtp"
)

// TestDialogue has the peer take two messages over one connection.
func TestDialogue(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			p := listen(t, network, nil)
			box := open(t.Context(), t, p.address, lmtp.Options{})
			for _, text := range []string{"Subject: one\r\n\r\n.a dot\r\n", "Subject: two\r\n"} {
				if _, err := deliver(box, text); err != nil {
					t.Fatal(err)
				}
			}
			box.Close()
			log, messages := p.heard()
			transaction := "MAIL FROM:<> BODY=8BITMIME|RCPT TO:<me@example.org>|DATA|."
			want := "greeting|LHLO localhost|" + transaction + "|" + transaction + "|QUIT"
			if diff := cmp.Diff(want, strings.Join(log, "|")); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]string{"Subject: one\r\n\r\n..a dot\r\n", "Subject: two\r\n"}, messages); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestBytes has what the package comment says of line ends.
func TestBytes(t *testing.T) {
	p := listen(t, "tcp", nil)
	box := open(t.Context(), t, p.address, lmtp.Options{})
	for text, want := range map[string]string{
		"":                          "\r\n",
		"\r\n":                      "\r\n",
		"a\r\n\r\nb\r\n":            "a\r\n\r\nb\r\n",
		"no end":                    "no end\r\n",
		"a\nb\r\n":                  "a\r\nb\r\n",
		"a\r\r\nb\r\n":              "a\r\nb\r\n",
		"a\rb\r\n":                  "a b\r\n",
		"a\r":                       "a \r\n",
		"\r":                        " \r\n",
		"a\r\r\r\nb\r\n":            "a \r\nb\r\n",
		"a\r\r\n\rb\r\n":            "a\r\n b\r\n",
		"a\r.\r\nQUIT\r\n":          "a .\r\nQUIT\r\n",
		"a\r\n.\rQUIT\r\n":          "a\r\n.. QUIT\r\n",
		"a\r\n.\r\rQUIT\r\n":        "a\r\n..  QUIT\r\n",
		"a\r\n\r.\r\n":              "a\r\n .\r\n",
		"a\n\r.\r\n":                "a\r\n .\r\n",
		"a\r.\n.\r.":                "a .\r\n.. .\r\n",
		"\r\n.\r\n":                 "\r\n..\r\n",
		"x\n.\nMAIL FROM:<a@b>\r\n": "x\r\n..\r\nMAIL FROM:<a@b>\r\n",
		"\xff\x00\x80\r\n":          "\xff\x00\x80\r\n",
	} {
		if _, err := deliver(box, text); err != nil {
			t.Fatal(err)
		}
		if _, messages := p.heard(); len(messages) != 1 || messages[0] != want {
			t.Errorf("%q came as %q, not %q", text, messages, want)
		}
	}
}

// TestStrayBytes has CR, LF, dots and text in any order, around the size of the blocks in
// which a message is read. What is sent has no CR and no LF alone, no line of a dot, and
// only differs from the message where a CR was alone.
func TestStrayBytes(t *testing.T) {
	p := listen(t, "tcp", nil)
	box := open(t.Context(), t, p.address, lmtp.Options{})
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		text := []byte(strings.Repeat("x", random.IntN(4)*16<<10))
		for range random.IntN(60) {
			text = append(text, "\r\n.a"[random.IntN(4)])
		}
		if _, err := deliver(box, string(text)); err != nil {
			t.Fatal(err)
		}
		_, messages := p.heard()
		if len(messages) != 1 {
			t.Fatalf("%q came as %q", text, messages)
		}
		sent := strings.ReplaceAll(messages[0], "\r\n", "\n")
		if strings.Count(sent, "\n") != strings.Count(messages[0], "\n") || strings.Contains(sent, "\r") {
			t.Errorf("%q came as %q", text, messages[0])
		}
		want := strings.ReplaceAll(strings.ReplaceAll(string(text), "\r\n", "\n"), "\r\n", "\n")
		want = strings.ReplaceAll(want, "\r", " ")
		if got := strings.ReplaceAll("\n"+sent, "\n.", "\n")[1:]; got != want && got != want+"\n" {
			t.Errorf("%q came as %q", text, messages[0])
		}
	}
}

// when returns answers that are the usual ones but for lines that begin so.
func when(line, answer string) func(string) string {
	return func(got string) string {
		if strings.HasPrefix(got, line) {
			return answer
		}
		return ""
	}
}

// TestFaults has the peer do wrong at each step.
func TestFaults(t *testing.T) {
	long := strings.Repeat("x", 1000)
	for _, test := range []struct {
		line, answer string
		want         failure
	}{
		{"greeting", "554 no", failure{`greet lmtp PEER: the server says "554 no"`, false, true, false, true}},
		{"greeting", "421 4.3.2 full", failure{`greet lmtp PEER: the server says "421 full"`, false, true, true, true}},
		{"greeting", "close", failure{`greet lmtp PEER: EOF`, false, true, true, true}},
		{"greeting", "hang", failure{`greet lmtp PEER: TIMEOUT`, false, true, true, true}},
		{
			"greeting", strings.Repeat("220-"+long+"\r\n", 100) + "220 x",
			failure{`greet lmtp PEER: its reply has no end`, false, true, true, true},
		},
		{"LHLO", "451 later", failure{`greet lmtp PEER: the server says "451 later"`, false, true, true, true}},
		{
			"LHLO", "500 what?",
			failure{`greet lmtp PEER: it knows no LHLO, and is no LMTP server`, false, true, false, true},
		},
		{"MAIL", "550 no", failure{`send mail to lmtp PEER: the server says "550 no"`, false, true, false, true}},
		{
			"RCPT", "550 5.1.1 no such user",
			failure{`send mail for me@example.org to lmtp PEER: the server says "550 no such user"`, false, true, false, true},
		},
		{
			"RCPT", "452 4.2.2 quota",
			failure{`send mail for me@example.org to lmtp PEER: the server says "452 quota"`, false, true, true, true},
		},
		{"RCPT", "close", failure{`send mail for me@example.org to lmtp PEER: EOF`, false, true, true, true}},
		{"DATA", "554 no", failure{`deliver to lmtp PEER: the server says "554 no"`, true, false, false, false}},
		{"DATA", "421 going down", failure{`deliver to lmtp PEER: the server says "421 going down"`, true, true, true, false}},
		{"DATA", "close", failure{`deliver to lmtp PEER: EOF`, true, true, true, false}},
		{".", "550 5.7.1 spam\x1b", failure{`deliver to lmtp PEER: the server says "550 spam\x1b"`, true, false, false, false}},
		{".", "452 quota", failure{`deliver to lmtp PEER: the server says "452 quota"`, true, false, true, false}},
		{".", "421 going down", failure{`deliver to lmtp PEER: the server says "421 going down"`, true, true, true, false}},
		{".", "251 will do", failure{}},
		{".", "close", failure{`deliver to lmtp PEER: EOF`, false, true, true, false}},
		{".", "nonsense", failure{`deliver to lmtp PEER: short response: "nonsense"`, false, true, true, false}},
		{".", "550 " + long, failure{`deliver to lmtp PEER: the server says "550 ` + long[:300] + `"`, true, false, false, false}},
	} {
		t.Run(test.line+" "+test.answer[:min(20, len(test.answer))], func(t *testing.T) {
			t.Parallel()
			p := listen(t, "tcp", when(test.line, test.answer))
			options := lmtp.Options{}
			if test.answer == "hang" {
				options.Timeout = 200 * time.Millisecond
			}
			box := open(t.Context(), t, p.address, options)
			got, err := deliver(box, "Subject: one\r\n\r\n")
			for text, name := range map[string]string{p.address: "PEER", "unexpected EOF": "EOF"} {
				got.Text = strings.ReplaceAll(got.Text, text, name)
			}
			if i := strings.Index(got.Text, "read tcp"); i >= 0 && strings.HasSuffix(got.Text, "i/o timeout") {
				got.Text = got.Text[:i] + "TIMEOUT"
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

// TestNextMessage has the one before refused, in each way: the next is taken.
func TestNextMessage(t *testing.T) {
	for _, line := range []string{"DATA", "."} {
		n := 0
		p := listen(t, "tcp", func(got string) string {
			if got == line {
				if n++; n == 1 {
					return "550 no"
				}
			}
			return ""
		})
		box := open(t.Context(), t, p.address, lmtp.Options{})
		if _, err := deliver(box, "x\r\n"); err == nil {
			t.Error("it was not refused")
		}
		if _, err := deliver(box, "y\r\n"); err != nil {
			t.Error(err)
		}
	}
}

// TestReconnect has a peer that closes the connection behind each message, in
// order or not.
func TestReconnect(t *testing.T) {
	for _, answer := range []string{"421 4.4.2 idle", "close"} {
		n := 0
		p := listen(t, "tcp", func(got string) string {
			if strings.HasPrefix(got, "MAIL") {
				if n++; n%2 == 0 {
					return answer
				}
			}
			return ""
		})
		box := open(t.Context(), t, p.address, lmtp.Options{})
		for range 3 {
			if _, err := deliver(box, "x\r\n"); err != nil {
				t.Error(err)
			}
		}
		if _, messages := p.heard(); len(messages) != 3 || p.connections != 3 {
			t.Errorf("%d messages on %d connections", len(messages), p.connections)
		}
	}
}

// TestDiscard takes back a message of which the peer knows the envelope.
func TestDiscard(t *testing.T) {
	p := listen(t, "tcp", nil)
	box := open(t.Context(), t, p.address, lmtp.Options{})
	b, _ := box.Begin()
	_, err := b.Append(strings.NewReader("x\r\n"))
	_, stageErr := b.Stage()
	if err := errors.Join(err, stageErr, b.Discard()); err != nil {
		t.Fatal(err)
	}
	if _, err := deliver(box, "y\r\n"); err != nil {
		t.Error(err)
	}
	if _, messages := p.heard(); len(messages) != 1 || messages[0] != "y\r\n" {
		t.Errorf("the peer has %q", messages)
	}
}

// TestNobody has nobody listen.
func TestNobody(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	for _, address := range []string{listener.Addr().String(), t.TempDir() + "/socket"} {
		got, err := deliver(open(t.Context(), t, address, lmtp.Options{}), "x\r\n")
		got.Text = ""
		if diff := cmp.Diff(failure{"", false, true, true, true}, got); diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
		if err := lmtp.Check(t.Context(), lmtp.Address{Server: address, Recipient: me}, nil); err == nil {
			t.Error("Check found nothing")
		}
	}
}

func TestCheck(t *testing.T) {
	p := listen(t, "tcp", nil)
	if err := lmtp.Check(t.Context(), lmtp.Address{Server: p.address, Recipient: me}, nil); err != nil {
		t.Error(err)
	}
	log, _ := p.heard()
	want := "greeting|LHLO localhost|MAIL FROM:<> BODY=8BITMIME|RCPT TO:<me@example.org>|QUIT"
	if diff := cmp.Diff(want, strings.Join(log, "|")); diff != "" {
		t.Error(diff)
	}
}

var errStop = errors.New("the run has to stop")

// TestStop stops the run while the peer thinks about a message.
func TestStop(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	p := listen(t, "tcp", func(line string) string {
		if line == "." {
			cancel(errStop)
			return "hang"
		}
		return ""
	})
	box := open(ctx, t, p.address, lmtp.Options{Timeout: time.Minute, Grace: 10 * time.Millisecond})
	for range 2 {
		if _, err := deliver(box, "x\r\n"); err != errStop {
			t.Errorf("got %v", err)
		}
	}
}

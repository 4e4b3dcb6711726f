package dovecottest

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// messages yields texts as messages.
func messages(texts ...string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for _, text := range texts {
			if !yield([]byte(text)) {
				return
			}
		}
	}
}

func TestRetrieveIsByteExact(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100_000)
	tests := []struct{ name, stored, wire string }{
		{"plain", "Subject: a\r\n\r\nA\r\n", "Subject: a\r\n\r\nA\r\n"},
		{"dots", "Subject: a\r\n\r\n.\r\n..\r\n.x\r\n", "Subject: a\r\n\r\n..\r\n...\r\n..x\r\n"},
		{"bare LF", "Subject: a\n\nA\n", "Subject: a\r\n\r\nA\r\n"},
		{"no last end of line", "Subject: a\r\n\r\nA", "Subject: a\r\n\r\nA\r\n"},
		{"header only", "Subject: a\r\n", "Subject: a\r\n"},
		{"8 bit", "Subject: \xc3\xa4\xff\r\n\r\n\x80\x01\xfe\r\n", "Subject: \xc3\xa4\xff\r\n\r\n\x80\x01\xfe\r\n"},
		{"bare CR", "Subject: a\r\n\r\nA\rB\r\n", "Subject: a\r\n\r\nA\rB\r\n"},
		{"From line", "Subject: a\r\n\r\nFrom b\r\n>From c\r\n", "Subject: a\r\n\r\nFrom b\r\n>From c\r\n"},
		{"long line", "Subject: a\r\n\r\n" + long + "\r\n", "Subject: a\r\n\r\n" + long + "\r\n"},
	}
	s := Start(t)
	s.AddUser("me", "secret")
	for _, test := range tests {
		s.Deliver("me", messages(test.stored))
	}
	d := dialTLS(t, s).login("me", "secret")
	for i, test := range tests {
		if diff := cmp.Diff(test.wire, d.lines("RETR %d", i+1)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestListingIsInOrderOfDelivery(t *testing.T) {
	t.Parallel()
	each := 1200
	if testing.Short() {
		each = 120
	}
	s := Start(t)
	s.AddUser("me", "secret")
	var want strings.Builder
	for delivery := range 2 {
		s.Deliver("me", func(yield func([]byte) bool) {
			for i := range each {
				number := delivery*each + i + 1
				message := fmt.Appendf(nil, "Subject: %d\r\n\r\n%s\r\n", number, bytes.Repeat([]byte("x"), number))
				fmt.Fprintf(&want, "%d %d\r\n", number, len(message))
				if !yield(message) {
					return
				}
			}
		})
		d := dialPlain(t, s).login("me", "secret")
		if diff := cmp.Diff(want.String(), d.lines("LIST")); diff != "" {
			t.Fatalf("LIST after delivery %d (-want +got):\n%s", delivery+1, diff)
		}
		d.ok("QUIT")
	}
}

func TestMailboxAfterDelete(t *testing.T) {
	t.Parallel()
	s := Start(t)
	s.AddUser("me", "secret")
	s.AddUser("you", "secret")
	s.Deliver("me", messages("a\n", "bb\r\n", "ccc\r\n"))
	d := dialTLS(t, s).login("me", "secret")
	d.ok("DELE 2")
	d.ok("QUIT")
	s.Deliver("me", messages("dddd\r\n"))

	var got []string
	for message := range s.Messages("me") {
		got = append(got, string(message))
	}
	if diff := cmp.Diff([]string{"a\n", "ccc\r\n", "dddd\r\n"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if count, size := s.Mailbox("me"); count != 3 || size != 13 {
		t.Errorf("%d messages of %d bytes, want 3 of 13", count, size)
	}
	if count, _ := s.Mailbox("you"); count != 0 {
		t.Errorf("%d messages for another user", count)
	}
}

func TestChangedPassword(t *testing.T) {
	t.Parallel()
	s := Start(t)
	s.AddUser("me", "first1")
	dialTLS(t, s).login("me", "first1")
	s.AddUser("me", "second")
	d := dialTLS(t, s)
	d.ok("USER me")
	if reply := d.ask("PASS first1"); !strings.HasPrefix(reply, "-ERR") {
		t.Errorf("the old password: %q", reply)
	}
	dialTLS(t, s).login("me", "second")
}

func BenchmarkDeliver(b *testing.B) {
	s := Start(b)
	s.AddUser("me", "secret")
	message := bytes.Repeat([]byte("0123456789012345678901234567890123456789\r\n"), 100)
	b.SetBytes(int64(len(message)))
	for b.Loop() {
		s.Deliver("me", slices.Values([][]byte{message}))
	}
}

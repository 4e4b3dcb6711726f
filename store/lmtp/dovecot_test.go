package lmtp_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"popfetch/fetch/pop3/dovecottest"
	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/lmtp"
	"popfetch/store/storetest"
)

// TestDovecot delivers to a real server of LMTP, and looks into the Maildir that
// it keeps. Above what was sent it writes fields of its own.
func TestDovecot(t *testing.T) {
	d := dovecottest.Start(t, dovecottest.WithLMTP())
	d.AddUser("me", "secret")
	box := openDovecot(t, d, "me")
	messages := append(storetest.OddMessages(), "Return-Path: <ann@example.org>\r\nSubject: one\r\n\r\n.\r\n..\r\nText.\r\n",
		"Subject: large\r\n\r\n"+strings.Repeat(strings.Repeat("0123456789", 7)+"\r\n", 50_000))
	for i, text := range messages {
		text = fmt.Sprintf("X-Number: %d\r\n", i) + text
		if _, err := deliver(box, text); err != nil {
			t.Fatalf("%.40q: %v", text, err)
		}
	}
	box.Close()
	stored := slices.Collect(d.Messages("me"))
	if len(stored) != len(messages) {
		t.Fatalf("it has %d messages of %d", len(stored), len(messages))
	}
	for i, text := range messages {
		mark := fmt.Appendf(nil, "X-Number: %d\n", i)
		at := slices.IndexFunc(stored, func(m []byte) bool { return bytes.Contains(m, mark) })
		if at < 0 {
			t.Errorf("%.40q is not there", text)
			continue
		}
		_, got, _ := bytes.Cut(stored[at], mark)
		if got, want := lines(string(got)), lines(text); got != want {
			t.Errorf("%.60q is stored as %.60q, not %.60q", text, got, want)
		}
	}

	if got, err := deliver(openDovecot(t, d, "nobody"), "x\r\n"); !got.All || !got.BeforePublish || got.Later {
		t.Errorf("nobody got %v", err)
	}
}

// lines is a message with LF line ends, and without those at its end. A CR that is alone
// is a space; of two before a line end one may go.
func lines(text string) string {
	for range 2 {
		text = strings.ReplaceAll(text, "\r\n", "\n")
	}
	return strings.TrimRight(strings.ReplaceAll(text, "\r", " "), "\n")
}

// TestDovecotSecured delivers under TLS, whose certificate is verified.
func TestDovecotSecured(t *testing.T) {
	d := dovecottest.Start(t, dovecottest.WithLMTP())
	d.AddUser("me", "secret")
	authority, err := os.ReadFile(d.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	for name, isRight := range map[string]bool{"localhost": true, "other.example": false} {
		options := &lmtp.Options{Protection: lmtp.Always, Secure: securing(&tls.Config{RootCAs: roots, ServerName: name})}
		got, err := deliver(openDovecotWith(t, d, "me", options), "Subject: one\r\n")
		if (err == nil) != isRight || !isRight && !strings.Contains(got.Text, "begin TLS with") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if stored := slices.Collect(d.Messages("me")); len(stored) != 1 {
		t.Errorf("it has %d messages", len(stored))
	}
}

func openDovecot(t *testing.T, d *dovecottest.Server, recipient string) store.Mailbox {
	t.Helper()
	return openDovecotWith(t, d, recipient, nil)
}

func openDovecotWith(t *testing.T, d *dovecottest.Server, recipient string, options *lmtp.Options) store.Mailbox {
	t.Helper()
	state, _, err := durable.MakeDir(filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { state.Close() })
	box := lmtp.Open(t.Context(), lmtp.Address{Server: d.LMTPSocket(), Recipient: recipient}, state, "work.spool", "0123456789abcdef", options)
	t.Cleanup(func() { box.Close() })
	return box
}

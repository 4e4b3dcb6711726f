package pop3d_test

import (
	"bytes"
	"net/mail"
	"strings"
	"testing"

	"popfetch/fetch/pop3/pop3d"
)

func TestSample(t *testing.T) {
	messages := pop3d.Sample()
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

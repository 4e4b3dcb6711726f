package fetch

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// linking is a proxy that puts a field into each message that is another one each
// time the message is retrieved, as POPFile's X-POPFile-Link.
func linking() pop3d.Intercept {
	var retrieved atomic.Int64
	return fault.When(fault.Verb("RETR"), fault.Rewrite(func(line string) string {
		if strings.HasPrefix(line, "Subject: ") {
			return fmt.Sprintf("X-POPFile-Link: http://127.0.0.1:8080/jump_to_message?view=%d\r\n%s", retrieved.Add(1), line)
		}
		return line
	}))
}

// TestProxyLinks has mail behind such a proxy deleted in its time, and nothing come
// twice for it.
func TestProxyLinks(t *testing.T) {
	r := newRig(t, messages(3)...)
	r.fault(linking())
	r.rules.Delete = Delete{When: AfterWhile, After: time.Hour}
	r.sync(3)
	r.age(2 * time.Hour)
	r.sync(0)
	r.age(2 * time.Hour)
	r.sync(0)
	texts, err := readBox(r.root, false)
	if err != nil || len(texts) != 3 {
		t.Errorf("%d messages, %v", len(texts), err)
	}
	r.onServer()
}

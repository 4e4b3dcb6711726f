package debiantest

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// manners are what doc.go tells of the servers.
var manners = []struct {
	kind                     Kind
	greeting, capa, uid      string // of which the first and the last are patterns
	wrong, second, unheardOf string // replies to PASS, to PASS in a second session, and to RETR
}{
	{
		Courier, `^\+OK Hello there\.\r\n$`,
		"TOP\r\nUSER\r\nLOGIN-DELAY 10\r\nPIPELINING\r\nUIDL\r\nUTF8 USER\r\nIMPLEMENTATION Courier Mail Server\r\n",
		`^1 UID1-[0-9]+\r\n$`,
		"-ERR Login failed.\r\n", "+OK logged in.\r\n", "-ERR Invalid message number.\r\n",
	},
	{
		Popa3d, `^\+OK\r\n$`, "", `^1 [0-9a-f]{16}\r\n$`,
		"-ERR Authentication failed (bad password?)\r\n", "+OK\r\n", "-ERR\r\n",
	},
	{
		Mailutils, `^\+OK POP3 Ready <[^>]+>\r\n$`,
		"TOP\r\nUIDL\r\nRESP-CODES\r\nPIPELINING\r\nAUTH-RESP-CODE\r\nEXPIRENEVER\r\nUSER\r\n",
		`^1 [0-9a-f]{32}\.[0-9]+\.1\r\n$`,
		"-ERR [AUTH] Bad login\r\n", "-ERR [IN-USE] Mailbox in use\r\n", "-ERR No such message\r\n",
	},
}

func TestManners(t *testing.T) {
	for _, m := range manners {
		t.Run(m.kind.Name, func(t *testing.T) {
			t.Parallel()
			s := Start(t, m.kind)
			s.Deliver([]byte("Subject: a\r\nMessage-ID: <1@example.org>\r\n\r\n.dot\r\n"))
			d := s.Dial()
			if !regexp.MustCompile(m.greeting).MatchString(d.Greeting) {
				t.Errorf("greeting %q", d.Greeting)
			}
			if m.capa != "" {
				compare(t, "CAPA", m.capa, string(d.AskLines("CAPA")))
			} else if reply := d.Ask("CAPA"); reply != "-ERR\r\n" {
				t.Errorf("CAPA: %q", reply)
			}
			d.Ask("USER " + User)
			compare(t, "wrong password", m.wrong, d.Ask("PASS wrong"))
			d = s.Login()
			if uids := string(d.AskLines("UIDL")); !regexp.MustCompile(m.uid).MatchString(uids) {
				t.Errorf("UIDL %q", uids)
			}
			other := s.Dial()
			other.Ask("USER " + User)
			compare(t, "second login", m.second, other.Ask("PASS "+Password))
			compare(t, "no such message", m.unheardOf, d.Ask("RETR 2"))
			if text := string(d.AskLines("RETR 1")); !strings.HasSuffix(text, "\r\n\r\n.dot\r\n") {
				t.Errorf("RETR %q", text)
			}
			other.Ask("QUIT")
			d.Ask("DELE 1")
			d.Quit()
		})
	}
}

func compare(t *testing.T, what, want, got string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// TestGoneAfterTest leaves nothing, though a session is open when the test ends.
func TestGoneAfterTest(t *testing.T) {
	var s *Server
	t.Run("one", func(t *testing.T) {
		s = Start(t, Courier)
		s.Login()
	})
	if s == nil {
		t.Skip("no instance to begin with")
	}
	if s.openSessions() > 0 {
		t.Error("a session is left")
	}
	if conn, err := net.Dial("tcp", s.Addr); err == nil {
		conn.Close()
		t.Error("somebody listens on its port")
	}
	if _, err := os.Stat(s.root); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("its root is left: %v", err)
	}
}

// TestKill has a client find out.
func TestKill(t *testing.T) {
	s := Start(t, Popa3d)
	s.Deliver([]byte("Subject: a\r\n\r\n"))
	d := s.Login()
	d.Ask("DELE 1")
	s.KillSessions()
	if line, err := d.in.ReadString('\n'); err == nil {
		t.Errorf("the dead say %q", line)
	}
	if s.Count() != 1 {
		t.Errorf("%d messages are left, want 1", s.Count())
	}
}

package pop3d_test

import (
	"fmt"
	"slices"
	"testing"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// expectUIDs checks what is left in me's maildrop.
func expectUIDs(t *testing.T, s *pop3d.Server, want ...string) {
	t.Helper()
	if got := s.MaildropOf("me").UIDs(); !slices.Equal(got, want) {
		t.Errorf("left on the server: %q, want %q", got, want)
	}
}

func TestDeletionsOnlyAtQuit(t *testing.T) {
	s := start(t, new(pop3d.Server))
	p := login(t, s)
	p.talk("C: DELE 1\nS: +OK")
	expectUIDs(t, s, "one", "two")
	p.Close()

	p = login(t, s)
	p.talk("C: DELE 1\nS: +OK\nC: RSET\nS: +OK\nC: QUIT\nS: +OK bye")
	expectUIDs(t, s, "one", "two")

	p = login(t, s)
	p.talk("C: DELE 2\nS: +OK\nC: QUIT\nS: +OK bye")
	expectUIDs(t, s, "one")
}

// TestSessionSeesOldMaildrop changes a maildrop while it is open.
func TestSessionSeesOldMaildrop(t *testing.T) {
	s := start(t, new(pop3d.Server))
	p := login(t, s)
	drop := s.MaildropOf("me")
	drop.Add(pop3d.Message{UID: "three"})
	drop.Renumber(func(_ int, uid string) string { return "new-" + uid })
	if n := drop.Remove("new-one", "none"); n != 1 {
		t.Errorf("removed %d messages, want 1", n)
	}
	p.talk(`
		C: UIDL
		S: +OK
		S: 1 one
		S: 2 two
		S: .
		C: DELE 1
		S: +OK
		C: DELE 2
		S: +OK
		C: QUIT
		S: +OK bye`)
	expectUIDs(t, s, "new-three")
}

func TestQuitFaults(t *testing.T) {
	refused := func(string) string { return "-ERR some messages were not removed" }
	for name, test := range map[string]struct {
		fault  pop3d.Intercept
		answer string
		left   []string
	}{
		"refused":                        {fault.When(fault.Verb("QUIT"), fault.Refuse("busy"), fault.HangUp()), "-ERR busy\r\n", []string{"one", "two"}},
		"refused after all":              {fault.When(fault.Verb("QUIT"), fault.Rewrite(refused)), "-ERR some messages were not removed\r\n", []string{"two"}},
		"cut before it was carried out":  {fault.When(fault.Verb("QUIT"), fault.Cut()), "", []string{"one", "two"}},
		"cut before it was answered":     {fault.When(fault.Verb("QUIT"), fault.Unanswered()), "", []string{"two"}},
		"DELE refused":                   {fault.When(fault.Verb("DELE"), fault.Refuse("read only")), "+OK bye\r\n", []string{"one", "two"}},
		"cut after DELE":                 {fault.When(fault.Verb("DELE"), fault.CarryOut(), fault.Cut()), "", []string{"one", "two"}},
		"reset":                          {fault.When(fault.Verb("QUIT"), fault.Reset()), "", []string{"one", "two"}},
		"carried out, then sent garbage": {fault.When(fault.Verb("QUIT"), fault.CarryOut(), fault.Send("x")), "+OK bye\r\n", []string{"two"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, &pop3d.Server{Intercept: test.fault, LockWait: -1})
			p := login(t, s)
			p.send("DELE 1\r\n")
			switch name {
			case "DELE refused":
				p.expect("-ERR read only")
			default:
				p.expect("+OK")
			}
			if name != "cut after DELE" {
				p.send("QUIT\r\n")
			}
			if got := p.expectEnd(); got != test.answer {
				t.Errorf("answer to QUIT: %q, want %q", got, test.answer)
			}
			expectUIDs(t, s, test.left...)
			p = dial(t, s) // at once, and the maildrop is free
			p.talk("S: +OK pop3d is ready\nC: USER me\nS: +OK and the password?\nC: PASS a secret")
			p.expect(fmt.Sprintf("+OK %d messages", len(test.left)))
		})
	}
}

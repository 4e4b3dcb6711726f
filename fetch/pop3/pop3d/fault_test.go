package pop3d_test

import (
	"fmt"
	"strings"
	"testing"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// refusals are faults that are answers.
var refusals = map[string]struct {
	fault    pop3d.Intercept
	dialogue string
}{
	"RETR of a UID": {fault.When(fault.UID("RETR", "two"), fault.Refuse("broken")), `
		C: RETR 2
		S: -ERR broken
		C: RETR 3
		S: -ERR no such message
		C: TOP 2 0
		S: +OK`},
	"TOP of a number": {fault.When(fault.Number("TOP", 2), fault.Refuse("broken")), `
		C: TOP 2 0
		S: -ERR broken
		C: RETR 2
		S: +OK 29 octets`},
	"no UIDL": {fault.When(fault.Verb("UIDL"), fault.Refuse("what?")), `
		C: UIDL
		S: -ERR what?
		C: UIDL 1
		S: -ERR what?`},
	"odd UIDL": {fault.ListUIDs("1 same", "2 same", "3", "x", ""), `
		C: UIDL
		S: +OK
		S: 1 same
		S: 2 same
		S: 3
		S: x
		S:
		S: .
		C: UIDL 1
		S: +OK 1 one`},
	"odd LIST": {fault.ListSizes("1 -5", "1 5"), `
		C: LIST
		S: +OK
		S: 1 -5
		S: 1 5
		S: .
		C: LIST 1
		S: +OK 1 21`},
	"wrong sizes": {fault.WrongSizes(func(n int, size int64) int64 { return size*100 + int64(n) }), `
		C: LIST
		S: +OK
		S: 1 2101
		S: 2 2902
		S: .
		C: LIST 2
		S: +OK 2 2902
		C: LIST 3
		S: -ERR no such message`},
	"no capabilities": {fault.When(fault.Verb("CAPA"), fault.Refuse("what?")), `
		C: CAPA
		S: -ERR what?`},
	"raw bytes": {fault.When(fault.Verb("STAT"), fault.Send("+OK 1")), `
		C: STAT
		C: NOOP
		S: +OK 1+OK`},
	"lines": {fault.When(fault.Verb("STAT"), fault.Answer("+OK", "x")), `
		C: STAT
		S: +OK
		S: x`},
	"first that handles": {fault.Chain(fault.When(fault.Verb("STAT"), fault.Delay(0)), fault.When(fault.Verb("STAT"), fault.Refuse("1")), fault.When(fault.Verb("STAT"), fault.Refuse("2"))), `
		C: STAT
		S: -ERR 1`},
	"one after the other": {fault.When(fault.Verb("STAT"), fault.Answer("one"), fault.CarryOut(), fault.Answer("two")), `
		C: STAT
		S: one
		S: +OK 2 50
		S: two`},
	"without the dot": {fault.When(fault.Verb("RETR"), fault.NoFinalDot()), `
		C: RETR 2
		C: RETR 3
		S: +OK 29 octets
		S: Subject: 2
		S:
		S: ..dot
		S: ..
		S: last
		S: -ERR no such message`},
	"unanswered": {fault.When(fault.Verb("DELE"), fault.Unanswered()), `
		C: DELE 1
		C: STAT
		S: +OK 1 29`},
	"rewritten": {fault.When(fault.Verb("RETR"), fault.Rewrite(strings.ToUpper)), `
		C: RETR 1
		S: +OK 21 OCTETS
		S: SUBJECT: 1
		S:
		S: FIRST
		S: .`},
	"two filters": {fault.When(fault.Verb("RETR"), fault.Rewrite(strings.ToUpper), fault.NoFinalDot()), `
		C: RETR 1
		C: NOOP
		S: +OK 21 OCTETS
		S: SUBJECT: 1
		S:
		S: FIRST
		S: +OK`},
}

// TestNth has a fault that remembers.
func TestNth(t *testing.T) {
	login(t, start(t, &pop3d.Server{Intercept: fault.When(fault.Nth(2, fault.Verb("RETR")), fault.Refuse("[SYS/TEMP] later"))})).talk(`
		C: RETR 1
		S: +OK 21 octets
		S: Subject: 1
		S:
		S: first
		S: .
		C: RETR 1
		S: -ERR [SYS/TEMP] later
		C: RETR 1
		S: +OK 21 octets`)
}

func TestRefusals(t *testing.T) {
	for name, test := range refusals {
		t.Run(name, func(t *testing.T) {
			login(t, start(t, &pop3d.Server{Intercept: test.fault})).talk(test.dialogue)
		})
	}
}

func TestMatches(t *testing.T) {
	s := start(t, &pop3d.Server{Shared: true, Intercept: fault.Chain(
		fault.When(fault.All(fault.InSession(2), fault.Verb("NOOP")), fault.Refuse("second session")),
		fault.When(fault.Nth(3, fault.All(fault.InSession(1), fault.Verb("NOOP"))), fault.Refuse("third time")),
	)})
	one, two := login(t, s), login(t, s)
	for i := range 4 {
		two.talk("C: NOOP\nS: -ERR second session")
		want := "+OK"
		if i == 2 {
			want = "-ERR third time"
		}
		one.talk(fmt.Sprintf("C: NOOP\nS: %s", want))
	}
}

// TestConnTells is what an Intercept of one's own can ask.
func TestConnTells(t *testing.T) {
	var got []string
	s := start(t, &pop3d.Server{Intercept: func(c *pop3d.Conn, cmd pop3d.Command) bool {
		m, ok := c.Message(cmd)
		got = append(got, fmt.Sprintf("%d %q %q %q %v %q", c.Number(), c.User(), cmd.Verb, m.UID, ok, cmd.Arg))
		return false
	}})
	login(t, s).talk("C: uidl 2\nS: +OK 2 two\nC: TOP 1 0\nS: +OK")
	want := `1 "" "greeting" "" false ""
1 "" "USER" "" false "me"
1 "" "PASS" "" false "a secret"
1 "" "login" "" false "me"
1 "me" "UIDL" "two" true "2"
1 "me" "TOP" "one" true "1 0"`
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(got, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

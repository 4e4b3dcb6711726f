package pop3d

import (
	"fmt"
	"strings"
	"testing"
)

// refusals are faults that are answers.
var refusals = map[string]struct {
	fault    Intercept
	dialogue string
}{
	"RETR of a UID": {When(UID("RETR", "two"), Refuse("broken")), `
		C: RETR 2
		S: -ERR broken
		C: RETR 3
		S: -ERR no such message
		C: TOP 2 0
		S: +OK`},
	"TOP of a number": {When(Number("TOP", 2), Refuse("broken")), `
		C: TOP 2 0
		S: -ERR broken
		C: RETR 2
		S: +OK 29 octets`},
	"no UIDL": {When(Verb("UIDL"), Refuse("what?")), `
		C: UIDL
		S: -ERR what?
		C: UIDL 1
		S: -ERR what?`},
	"odd UIDL": {ListUIDs("1 same", "2 same", "3", "x", ""), `
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
	"odd LIST": {ListSizes("1 -5", "1 5"), `
		C: LIST
		S: +OK
		S: 1 -5
		S: 1 5
		S: .
		C: LIST 1
		S: +OK 1 21`},
	"wrong sizes": {WrongSizes(func(n int, size int64) int64 { return size*100 + int64(n) }), `
		C: LIST
		S: +OK
		S: 1 2101
		S: 2 2902
		S: .
		C: LIST 2
		S: +OK 2 2902
		C: LIST 3
		S: -ERR no such message`},
	"no capabilities": {When(Verb("CAPA"), Refuse("what?")), `
		C: CAPA
		S: -ERR what?`},
	"raw bytes": {When(Verb("STAT"), Send("+OK 1")), `
		C: STAT
		C: NOOP
		S: +OK 1+OK`},
	"lines": {When(Verb("STAT"), Answer("+OK", "x")), `
		C: STAT
		S: +OK
		S: x`},
	"first that handles": {Chain(When(Verb("STAT"), Delay(0)), When(Verb("STAT"), Refuse("1")), When(Verb("STAT"), Refuse("2"))), `
		C: STAT
		S: -ERR 1`},
	"one after the other": {When(Verb("STAT"), Answer("one"), CarryOut(), Answer("two")), `
		C: STAT
		S: one
		S: +OK 2 50
		S: two`},
	"without the dot": {When(Verb("RETR"), NoFinalDot()), `
		C: RETR 2
		C: RETR 3
		S: +OK 29 octets
		S: Subject: 2
		S:
		S: ..dot
		S: ..
		S: last
		S: -ERR no such message`},
	"unanswered": {When(Verb("DELE"), Unanswered()), `
		C: DELE 1
		C: STAT
		S: +OK 1 29`},
	"rewritten": {When(Verb("RETR"), Rewrite(strings.ToUpper)), `
		C: RETR 1
		S: +OK 21 OCTETS
		S: SUBJECT: 1
		S:
		S: FIRST
		S: .`},
	"two filters": {When(Verb("RETR"), Rewrite(strings.ToUpper), NoFinalDot()), `
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
	login(t, start(t, &Server{Intercept: When(Nth(2, Verb("RETR")), Refuse("[SYS/TEMP] later"))})).talk(`
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
			login(t, start(t, &Server{Intercept: test.fault})).talk(test.dialogue)
		})
	}
}

func TestMatches(t *testing.T) {
	s := start(t, &Server{Shared: true, Intercept: Chain(
		When(All(InSession(2), Verb("NOOP")), Refuse("second session")),
		When(Nth(3, All(InSession(1), Verb("NOOP"))), Refuse("third time")),
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
	s := start(t, &Server{Intercept: func(c *Conn, cmd Command) bool {
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

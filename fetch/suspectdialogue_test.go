package fetch

import (
	"strings"
	"testing"

	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// TestUnstuffedDialogue has the rest of the message look like replies, as it does
// where a mail shows a session. What is then taken for another message than it is
// isn't believed: each of the others comes whole, and once.
func TestUnstuffedDialogue(t *testing.T) {
	for name, server := range servers {
		for ruleName, when := range map[string]When{"never": Never, "at once": AtOnce} {
			t.Run(name+"/"+ruleName, func(t *testing.T) {
				session := pop3d.Message{UID: "session", Body: []byte(textOf("session") + "+OK 12 octets\r\nSubject: x\r\n\r\nquoted\r\n.\r\nand so on\r\n")}
				session.Body = []byte(strings.Replace(string(session.Body), "\r\n.\r\nsession\r\n", "\r\n.\r\n", 1))
				r := newRig(t, message("m0001"), session, message("m0002"), message("m0003"), message("m0004"))
				r.rules.Delete.When = when
				r.fault(unstuffed(fault.UID("RETR", "session")), server)
				r.suspects(4, pop3.Auto)
				texts, err := readBox(r.root, false)
				if err != nil {
					t.Fatal(err)
				}
				count := map[string]int{}
				for _, text := range texts {
					count[text]++
				}
				for _, m := range messages(4) {
					if n := count[storedText(m.UID)]; n != 1 {
						t.Errorf("%s is there %d times", m.UID, n)
					}
				}
				if n := count[cutShort(string(session.Body))]; n != 1 {
					t.Errorf("what is cut short is there %d times", n)
				}
				if when == AtOnce {
					r.onServer("session")
				}
			})
		}
	}
}

// TestUnstuffedDotKeepsNothingBack has the others deleted, though each run that
// compares what was cut short breaks off there.
func TestUnstuffedDotKeepsNothingBack(t *testing.T) {
	r := newRig(t, messages(3)...)
	r.rules.Delete.When = AtOnce
	r.fault(fault.When(fault.Verb("LIST"), fault.Refuse("no")), unstuffed(fault.UID("RETR", "m0002")))
	r.suspects(4, pop3.Auto)
	r.onServer("m0002")
}

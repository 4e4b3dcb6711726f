package pop3d

import (
	"testing"
)

func TestDialogue(t *testing.T) {
	login(t, start(t, new(Server))).talk(`
		C: CAPA
		S: +OK
		S: TOP
		S: UIDL
		S: RESP-CODES
		S: AUTH-RESP-CODE
		S: PIPELINING
		S: IMPLEMENTATION pop3d
		S: .
		C: STAT
		S: +OK 2 50
		C: LIST
		S: +OK
		S: 1 21
		S: 2 29
		S: .
		C: LIST 2
		S: +OK 2 29
		C: LIST 3
		S: -ERR no such message
		C: UIDL
		S: +OK
		S: 1 one
		S: 2 two
		S: .
		C: UIDL 1
		S: +OK 1 one
		C: RETR 2
		S: +OK 29 octets
		S: Subject: 2
		S:
		S: ..dot
		S: ..
		S: last
		S: .
		C: TOP 2 0
		S: +OK
		S: Subject: 2
		S:
		S: .
		C: TOP 2 1
		S: +OK
		S: Subject: 2
		S:
		S: ..dot
		S: .
		C: TOP 2
		S: -ERR how many lines?
		C: DELE 1
		S: +OK
		C: RETR 1
		S: -ERR no such message
		C: DELE 1
		S: -ERR no such message
		C: STAT
		S: +OK 1 29
		C: RSET
		S: +OK
		C: STAT
		S: +OK 2 50
		C: noop
		S: +OK
		C: APOP
		S: -ERR unknown command
		C: QUIT
		S: +OK bye`)
}

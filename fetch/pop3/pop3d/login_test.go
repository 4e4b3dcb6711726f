package pop3d_test

import (
	"encoding/base64"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"popfetch/fetch/pop3/pop3d"
)

// encoded is base64, as AUTH has it.
func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func TestUserPass(t *testing.T) {
	s := start(t, new(pop3d.Server))
	s.SetUser("blank", " two  blanks ", pop3d.NewMaildrop())
	s.SetUser("nothing", "", nil)
	dial(t, s).talk(`
		S: +OK pop3d is ready
		C: PASS a secret
		S: -ERR USER comes first
		C: USER
		S: -ERR which user?
		C: USER me
		S: +OK and the password?
		C: PASS a Secret
		S: -ERR [AUTH] user name or password is wrong
		C: PASS a secret
		S: -ERR USER comes first
		C: USER nobody
		S: +OK and the password?
		C: PASS
		S: -ERR [AUTH] user name or password is wrong
		C: USER blank
		S: +OK and the password?
		C: PASS  two  blanks 
		S: +OK 0 messages`)
	dial(t, s).talk(`
		S: +OK pop3d is ready
		C: USER nothing
		S: +OK and the password?
		C: PASS 
		S: +OK 0 messages
		C: UIDL
		S: +OK
		S: .`)
}

func TestAuthPlain(t *testing.T) {
	s := start(t, &pop3d.Server{Shared: true})
	for _, good := range []string{"\x00me\x00a secret", "me\x00me\x00a secret"} {
		p := dial(t, s)
		p.talk("S: +OK pop3d is ready\nC: auth plain " + encoded(good) + "\nS: +OK 2 messages")
		p = dial(t, s)
		p.talk("S: +OK pop3d is ready\nC: AUTH PLAIN\nS: + \nC: " + encoded(good) + "\nS: +OK 2 messages")
	}
	p := dial(t, s)
	p.expect("+OK pop3d is ready")
	for _, bad := range []string{"", "me", "\x00me\x00", "you\x00me\x00a secret", "\x00me\x00a secret\x00", "\x00you\x00a secret"} {
		p.send("AUTH PLAIN\r\n" + encoded(bad) + "\r\n")
		p.talk("S: + \nS: -ERR [AUTH] user name or password is wrong")
	}
	p.talk(`
		C: AUTH PLAIN =
		S: -ERR [AUTH] user name or password is wrong
		C: AUTH PLAIN !
		S: -ERR that is not base64
		C: AUTH PLAIN
		S: + 
		C: not base64
		S: -ERR that is not base64
		C: AUTH PLAIN
		S: + 
		C: *
		S: -ERR cancelled
		C: AUTH LOGIN
		S: -ERR unknown mechanism
		C: AUTH
		S: +OK
		S: PLAIN
		S: .`)
}

// TestAuthLineLikeSTLS answers a challenge with what is a command elsewhere.
func TestAuthLineLikeSTLS(t *testing.T) {
	p := dial(t, start(t, new(pop3d.Server)))
	p.send("AUTH PLAIN\r\nSTLS\r\nNOOP\r\n")
	p.talk(`
		S: +OK pop3d is ready
		S: + 
		S: -ERR [AUTH] user name or password is wrong
		S: -ERR log in first`)
}

// A question is a mechanism in two steps, for tests.
type question struct {
	accept func(string)
	asked  bool
}

func (q *question) Next(response []byte) ([]byte, bool, error) {
	if !q.asked {
		q.asked = true
		return []byte("who?"), false, nil
	}
	if string(response) == "nobody" {
		return nil, false, errors.New("no")
	}
	q.accept(string(response))
	return nil, true, nil
}

func TestLentMechanism(t *testing.T) {
	s := start(t, &pop3d.Server{Mechanisms: map[string]func(*pop3d.Conn, func(string)) pop3d.Mechanism{
		"X-ASK": func(_ *pop3d.Conn, accept func(string)) pop3d.Mechanism { return &question{accept: accept} },
	}})
	p := dial(t, s)
	p.talk(`
		S: +OK pop3d is ready
		C: AUTH
		S: +OK
		S: PLAIN
		S: X-ASK
		S: .
		C: AUTH X-ASK`)
	p.expect("+ " + encoded("who?"))
	p.send(encoded("nobody") + "\r\n")
	p.expect("-ERR [AUTH] user name or password is wrong")
	p.send("AUTH X-ASK\r\n")
	p.expect("+ " + encoded("who?"))
	p.send(encoded("me") + "\r\n")
	p.expect("+OK 2 messages")
	if got := s.Sessions()[0].User; got != "me" {
		t.Errorf("user %q", got)
	}
}

// The example of RFC 1939, section 7.
func TestAPOP(t *testing.T) {
	s := start(t, &pop3d.Server{Stamp: "<1896.697170952@dbc.mtview.ca.us>"})
	s.SetUser("mrose", "tanstaaf", nil)
	dial(t, s).talk(`
		S: +OK pop3d is ready <1896.697170952@dbc.mtview.ca.us>
		C: APOP mrose c4c9334bac560ecc979e58001b3e22fc
		S: -ERR [AUTH] user name or password is wrong
		C: APOP nobody c4c9334bac560ecc979e58001b3e22fb
		S: -ERR [AUTH] user name or password is wrong
		C: APOP mrose c4c9334bac560ecc979e58001b3e22fb
		S: +OK 0 messages`)
	none := start(t, new(pop3d.Server))
	none.SetUser("me", "a secret", nil)
	dial(t, none).talk(`
		S: +OK pop3d is ready
		C: APOP me 6d5e8e0b1e4ed1b3ff4e3b8a1a6d5cdd
		S: -ERR [AUTH] user name or password is wrong`)
}

func TestInUse(t *testing.T) {
	s := start(t, &pop3d.Server{LockWait: -1})
	first := login(t, s)
	second := dial(t, s)
	second.talk(`
		S: +OK pop3d is ready
		C: USER me
		S: +OK and the password?
		C: PASS a secret
		S: -ERR [IN-USE] another session holds the maildrop`)
	first.talk("C: QUIT\nS: +OK bye") // which frees it before it says so
	second.talk(`
		C: USER me
		S: +OK and the password?
		C: PASS a secret
		S: +OK 2 messages`)
}

func TestShared(t *testing.T) {
	s := start(t, &pop3d.Server{Shared: true})
	login(t, s)
	login(t, s)
}

// TestLockWait has a second session wait for one that was cut off.
func TestLockWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &pop3d.Server{Users: map[string]pop3d.User{"me": {"", pop3d.NewMaildrop()}}}
		connect := func() *peer {
			near, far := net.Pipe()
			go func() { _ = s.ServeConn(far) }()
			p := newPeer(t, near)
			p.talk("S: +OK pop3d is ready\nC: USER me\nS: +OK and the password?\nC: PASS ")
			return p
		}
		first := connect()
		first.expect("+OK 0 messages")
		second := connect()
		time.Sleep(pop3d.DefaultLockWait - 1)
		first.Close()
		second.expect("+OK 0 messages")
		third := connect()
		time.Sleep(pop3d.DefaultLockWait + 1)
		second.Close()
		third.expect("-ERR [IN-USE] another session holds the maildrop")
		third.Close()
	})
}

// TestForeignDialogue answers a command that the server doesn't know.
func TestForeignDialogue(t *testing.T) {
	s := start(t, &pop3d.Server{Intercept: func(c *pop3d.Conn, cmd pop3d.Command) bool {
		if cmd.Verb != "XTND" {
			return false
		}
		c.Reply("+ sure?")
		line, err := c.ReadLine()
		if err == nil && line == "yes" {
			c.Login("me")
			return true
		}
		_, _ = io.WriteString(c, "-ERR then not\r\n")
		return true
	}})
	dial(t, s).talk(`
		S: +OK pop3d is ready
		C: XTND
		S: + sure?
		C: no
		S: -ERR then not
		C: XTND
		S: + sure?
		C: yes
		S: +OK 2 messages`)
}

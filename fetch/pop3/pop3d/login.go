package pop3d

import (
	"crypto/md5"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// userName is USER (RFC 1939 section 7). It tells nobody which names exist.
func (c *Conn) userName(cmd Command) {
	if cmd.Arg == "" {
		c.Refuse("which user?")
		return
	}
	c.claimed = cmd.Arg
	c.Reply("+OK and the password?")
}

// pass is PASS (RFC 1939 section 7). Blanks belong to the password.
func (c *Conn) pass(cmd Command) {
	name := c.claimed
	c.claimed = ""
	switch {
	case name == "":
		c.Refuse("USER comes first")
	case !c.server.isPassword(name, cmd.Arg):
		c.refuseLogin()
	default:
		c.Login(name)
	}
}

// apop is APOP (RFC 1939 section 7).
func (c *Conn) apop(cmd Command) {
	name, digest, _ := strings.Cut(cmd.Arg, " ")
	password, known := c.Password(name)
	sum := md5.Sum([]byte(c.server.Stamp + password))
	right := subtle.ConstantTimeCompare([]byte(hex.EncodeToString(sum[:])), []byte(digest)) == 1
	if c.server.Stamp == "" || !known || !right {
		c.refuseLogin()
		return
	}
	c.Login(name)
}

// refuseLogin is the answer to a wrong password (RFC 3206 section 4).
func (c *Conn) refuseLogin() {
	c.Refuse("[AUTH] user name or password is wrong")
}

// Login opens the user's maildrop and says so, or refuses if another session
// holds it (RFC 2449 section 8.1.1). The password is taken for granted.
func (c *Conn) Login(name string) {
	if c.isIntercepted(Command{Verb: Login, Arg: name}) || c.over {
		return
	}
	drop := c.server.maildropOf(name)
	if !c.server.Shared {
		if !drop.waitAndHold(c.server.lockWait(), c.wire.aborted) {
			c.Refuse("[IN-USE] another session holds the maildrop")
			return
		}
		c.held = drop
	}
	c.user, c.drop, c.list = name, drop, drop.snapshot()
	c.deleted = make([]bool, len(c.list))
	c.record.changeSession(func(s *Session) { s.User = name })
	c.replyNumbers(" messages", int64(len(c.list)))
}

// releaseMaildrop lets the next session have the maildrop.
func (c *Conn) releaseMaildrop() {
	if c.held != nil {
		c.held.release()
		c.held = nil
	}
}

// sendChallenge sends a challenge of AUTH and reads the client's answer; ok is
// false if there is none that could be used, which has been answered.
func (c *Conn) sendChallenge(text []byte) (response []byte, ok bool) {
	c.Reply("+ " + base64.StdEncoding.EncodeToString(text))
	line, err := c.ReadLine()
	if err != nil {
		return nil, false
	}
	if line == "*" {
		c.Refuse("cancelled")
		return nil, false
	}
	return c.decodeBase64(line)
}

// decodeBase64 reads base64, and refuses the login if it isn't.
func (c *Conn) decodeBase64(text string) (decoded []byte, ok bool) {
	decoded, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		c.Refuse("that is not base64")
		return nil, false
	}
	return decoded, true
}

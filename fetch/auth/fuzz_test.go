package auth

import (
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"hash"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/turntest"
)

// fuzzPassword is what nobody may find out.
const fuzzPassword = "hunter22-canary"

// FuzzLogin has a server offer anything, and say anything to each line of the
// client's, in the clear, over TLS, and over TLS with anybody. The login ends
// soon, shows the password to nobody who only listens, and by SCRAM only
// succeeds with a server that has proved itself.
func FuzzLogin(f *testing.F) {
	for i, m := range mechanisms {
		offer := "SASL " + m.sasl
		f.Add(offer, turntest.Script("+OK "+theStamp, "+OK\r\n"), uint8(i+1), uint8(i))
		f.Add(offer, turntest.Script("+OK "+theStamp, "+a", "+b", "+c", "+d", "+OK\r\n"), uint8(i+1), uint8(i+1))
		f.Add(offer, turntest.Script("+OK", "-ERR %p\r\n", "-ERR [AUTH] %l\r\n", "-ERR\r\n"), uint8(0), uint8(i))
	}
	all := "SASL PLAIN LOGIN SCRAM-SHA-1 SCRAM-SHA-256 CRAM-MD5\nUSER"
	for _, final := range []string{"+v=%v", "+v=", "+", "+e=%p", "+OK\r\n", "-ERR no\r\n", "+v=%v,x"} {
		f.Add(all, turntest.Script("+OK", "+r=%nx,s=c2FsdA==,i=4096", final, "+OK\r\n"), uint8(0), uint8(1))
	}
	f.Add(all, turntest.Script("+OK", "+r=%nx,s=c2FsdA==,i=4095", "+v=%v", "+OK\r\n"), uint8(0), uint8(1))
	f.Add(all, turntest.Script("+OK", "-ERR\r\n", "+<x>", "-ERR\r\n", "+OK\r\n", "+OK\r\n"), uint8(0), uint8(1))
	f.Add("SASL XOAUTH2", turntest.Script("+OK", `+{"status":"%p"}`, "-ERR\r\n"), uint8(2), uint8(0))
	f.Add("SASL XOAUTH2", turntest.Script("+OK", "-ERR\r\n"), uint8(11), uint8(1)) // and hangs up
	f.Add("0", []byte("\xff-ERR \n"), uint8('-'), uint8('b'))
	f.Add("", turntest.Script("+OK", "+ \r\n", "+ !!\r\n"), uint8(9), uint8(2))
	f.Fuzz(func(t *testing.T, offers string, script []byte, mechanism, way uint8) {
		if costly(script) {
			return
		}
		s := &liar{next: turntest.Turns(script)}
		greeting := s.next()
		conn := turntest.Answering("+OK\r\n", s.answer)
		c := pop3.New(t.Context(), conn, nil)
		defer c.Close()
		c.Greeting()
		c.AssumeCapabilities(pop3.NewCapabilities(strings.Split(offers, "\n")...))
		channel := []Channel{
			{Greeting: greeting},
			{Greeting: greeting, TLS: &tls.ConnectionState{}, Verified: true},
			{Greeting: greeting, TLS: &tls.ConnectionState{}},
		}[way%3]
		asked := false
		credentials := Credentials{User: "me", Mechanism: Auto, Password: func(context.Context) (string, error) {
			asked = true
			return fuzzPassword, nil
		}}
		if n := int(mechanism) % (len(mechanisms) + 1); n > 0 {
			credentials.Mechanism = mechanisms[n-1].name
		}
		by, err := Login(t.Context(), c, credentials, channel)
		if err == nil && strings.HasPrefix(by, "scram") && !s.proved {
			t.Errorf("logged in by %s, and the server has proved nothing", by)
		}
		if s.weak {
			t.Errorf("too few iterations: %q", s.first)
		}
		hides := channel.TLS == nil || strings.Contains("external cram-md5 apop scram", credentials.Mechanism[:4])
		checkSent(t, conn.Lines, hides)
		if asked { // else it is no secret of this session, and the server can't know it either
			checkShown(t, c, conn.Lines, err)
		}
	})
}

// checkSent looks at what the client said. Where hides is set, nothing in it is
// the password.
func checkSent(t *testing.T, lines []string, hides bool) {
	t.Helper()
	if len(lines) > 12*len(mechanisms) {
		t.Errorf("there was no end to it: %q", lines)
	}
	cancelled := false
	for _, line := range lines {
		if cancelled {
			t.Errorf("behind a server that isn't to be trusted: %q", lines)
		}
		cancelled = line == "*"
		decoded, _ := base64.StdEncoding.DecodeString(line[strings.LastIndex(line, " ")+1:])
		if hides && strings.Contains(line+" "+string(decoded), fuzzPassword) {
			t.Errorf("the password in the clear: %q", lines)
		}
	}
}

// checkShown looks for what can't be shown in an error.
func checkShown(t *testing.T, c *pop3.Client, lines []string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	text := err.Error()
	if strings.Contains(text, fuzzPassword) || strings.ContainsAny(text, "\r\n\x00\x1b") || len(text) > 3000 {
		t.Errorf("not fit to be shown: %q", text)
	}
	for _, line := range lines {
		if response := line[strings.LastIndex(line, " ")+1:]; len(response) > 16 && strings.Contains(text, response) &&
			!strings.Contains("SCRAM-SHA-256-PLUS", response) {
			t.Errorf("%q shows what was sent: %q", text, line)
		}
	}
	// A server that doesn't even let us cancel kills the connection behind the
	// error that made us cancel; one that hangs up at the second try has refused
	// the first.
	_, failed := errors.AsType[*LoginError](err)
	_, cancelled := errors.AsType[*pop3.MechanismError](err)
	_, refused := errors.AsType[*pop3.Error](err)
	if failed == (c.Dead() != nil) && !cancelled && !(failed && refused) {
		t.Errorf("%v, and the connection is: %v", err, c.Dead())
	}
}

// A liar is a server that says one turn to each line. A turn that begins with
// "+" and isn't +OK is a challenge, to be encoded. In any turn %p is the
// password and %l the last line of the client's; in a challenge %n is the
// client's nonce and %v the signature by which the server would prove itself.
type liar struct {
	next   func() string
	hash   func() hash.Hash
	bare   string // the client's first message without its header
	first  string // the server's
	proved bool
	weak   bool // it got a proof of the password that is too easy to guess from
}

var tooOften = regexp.MustCompile(`i=[+0]*\d{5,}`)

// costly reports whether the password would have to be hashed so often that it
// is a waste of time. TestSCRAMTampered has the bounds.
func costly(script []byte) bool { return tooOften.Match(script) }

func (s *liar) answer(line string) string {
	turn := strings.NewReplacer("%p", fuzzPassword, "%l", line).Replace(s.next())
	challenge, found := strings.CutPrefix(turn, "+")
	if !found || strings.HasPrefix(challenge, "OK") || strings.HasPrefix(challenge, " ") {
		return turn
	}
	said, _ := base64.StdEncoding.DecodeString(line[strings.LastIndex(line, " ")+1:])
	switch text := string(said); {
	case strings.HasPrefix(line, "AUTH SCRAM-"):
		s.hash = sha1.New
		if strings.HasPrefix(line, "AUTH SCRAM-SHA-256") {
			s.hash = sha256.New
		}
		_, s.bare, _ = strings.Cut(text, ",,")
		_, nonce, _ := strings.Cut(s.bare, "r=")
		challenge = strings.ReplaceAll(challenge, "%n", nonce)
		s.first = challenge
	case strings.Contains(text, ",p="):
		s.weak = s.weak || s.iterations() < 4096
		signature := s.signature(text[:strings.LastIndex(text, ",p=")])
		challenge = strings.ReplaceAll(challenge, "%v", signature)
		verifier, _, _ := strings.Cut(challenge, ",")
		s.proved = verifier == "v="+signature
	}
	return "+ " + base64.StdEncoding.EncodeToString([]byte(challenge)) + "\r\n"
}

// iterations are those that it asked for.
func (s *liar) iterations() int {
	n, _ := strconv.Atoi(strings.TrimPrefix(strings.Split(s.first, ",")[2], "i="))
	return n
}

// signature is the server's, RFC 5802 section 3, with no code of the library.
func (s *liar) signature(final string) string {
	mac := func(key []byte, text string) []byte {
		m := hmac.New(s.hash, key)
		m.Write([]byte(text))
		return m.Sum(nil)
	}
	fields := strings.Split(s.first, ",")
	salt, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(fields[1], "s="))
	salted, err := pbkdf2.Key(s.hash, fuzzPassword, salt, s.iterations(), s.hash().Size())
	if err != nil {
		panic(err)
	}
	serverKey := mac(salted, "Server Key")
	return base64.StdEncoding.EncodeToString(mac(serverKey, s.bare+","+s.first+","+final))
}

// TestLiarProves is a login by SCRAM that succeeds, so that FuzzLogin knows
// one when it sees it.
func TestLiarProves(t *testing.T) {
	for _, name := range []string{"SCRAM-SHA-1", "SCRAM-SHA-256"} {
		script := turntest.Script("+r=%nx,s=c2FsdA==,i=4096", "+v=%v", "+OK\r\n")
		s := &liar{next: turntest.Turns(script)}
		c := pop3.New(t.Context(), turntest.Answering("+OK\r\n", s.answer), nil)
		defer c.Close()
		c.Greeting()
		c.AssumeCapabilities(pop3.NewCapabilities("SASL " + name))
		if _, err := Login(t.Context(), c, Credentials{User: "me", Password: knows(fuzzPassword)}, Channel{}); err != nil || !s.proved {
			t.Errorf("%s: %v, proved %v", name, err, s.proved)
		}
	}
}

package pop3d

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strings"
)

// errRefused ends a dialogue of AUTH whose client isn't let in.
var errRefused = errors.New("pop3d: login refused")

// A Mechanism is the server's side of one SASL dialogue. Next is given what
// the client said, nil if it has said nothing yet, and returns what to ask
// for next, or that all is done. A Server of package go-sasl is one.
type Mechanism interface {
	Next(response []byte) (challenge []byte, done bool, err error)
}

// auth is AUTH (RFC 5034 section 4). Without an argument it lists the
// mechanisms, as servers did before there was CAPA.
func (c *Conn) auth(cmd Command) {
	name, initial, given := strings.Cut(cmd.Arg, " ")
	if name == "" {
		c.replyLines("+OK", c.server.mechanismNames())
		return
	}
	begin, known := c.findMechanism(strings.ToUpper(name))
	if !known {
		c.Refuse("unknown mechanism")
		return
	}
	var response []byte
	if given {
		if initial == "=" { // RFC 5034 section 4: a response of no bytes
			initial = ""
		}
		var ok bool
		if response, ok = c.decodeBase64(initial); !ok {
			return
		}
	}
	c.runDialogue(begin, response)
}

// runDialogue goes through the dialogue and logs in whom it recognises.
func (c *Conn) runDialogue(begin func(*Conn, func(string)) Mechanism, response []byte) {
	var user string
	mechanism := begin(c, func(name string) { user = name })
	for {
		challenge, done, err := mechanism.Next(response)
		switch {
		case err != nil, done && user == "":
			c.refuseLogin()
			return
		case done:
			c.Login(user)
			return
		}
		var ok bool
		if response, ok = c.sendChallenge(challenge); !ok {
			return
		}
	}
}

// findMechanism is how a mechanism begins; the server's own come first.
func (c *Conn) findMechanism(name string) (begin func(*Conn, func(string)) Mechanism, known bool) {
	if begin, known = c.server.Mechanisms[name]; known {
		return begin, true
	}
	begin = func(_ *Conn, accept func(string)) Mechanism { return &plain{c.server.isPassword, accept} }
	return begin, name == "PLAIN"
}

// mechanismNames are the mechanisms that AUTH knows.
func (s *Server) mechanismNames() []string {
	names := slices.AppendSeq([]string{"PLAIN"}, maps.Keys(s.Mechanisms))
	slices.Sort(names)
	return slices.Compact(names)
}

// A plain is the mechanism PLAIN (RFC 4616).
type plain struct {
	check  func(name, password string) bool
	accept func(name string)
}

// Next takes "authorize NUL name NUL password"; nobody may act for another.
func (p *plain) Next(response []byte) (challenge []byte, done bool, err error) {
	if response == nil {
		return nil, false, nil
	}
	part := bytes.Split(response, []byte{0})
	if len(part) != 3 {
		return nil, false, errRefused
	}
	authorize, name, password := string(part[0]), string(part[1]), string(part[2])
	if authorize != "" && authorize != name || !p.check(name, password) {
		return nil, false, errRefused
	}
	p.accept(name)
	return nil, true, nil
}

package pop3

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
)

func TestUser(t *testing.T) {
	c := converse(t, nil, `
		C: USER me@example.org
		S: +OK
		C: PASS a  secret with blanks 
		S: +OK maildrop locked and ready`)
	if err := c.User("me@example.org", "a  secret with blanks "); err != nil {
		t.Error(err)
	}
}

func TestUserRefused(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"user", `
			C: USER me
			S: -ERR sorry, no mailbox for me here`, `USER refused: the server says "sorry, no mailbox for me here"`},
		{"password", `
			C: USER me
			S: +OK
			C: PASS a secret
			S: -ERR [AUTH] wrong`, `PASS refused: the server says "[AUTH] wrong"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := converse(t, nil, test.script).User("me", "a secret")
			if _, ok := errors.AsType[*Error](err); !ok || err.Error() != test.want {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAuthPlain(t *testing.T) {
	c := converse(t, nil, `
		C: AUTH PLAIN AG1lAHNlY3JldA==
		S: +OK logged in`)
	if err := c.Auth(sasl.NewPlainClient("", "me", "secret"), "secret"); err != nil {
		t.Error(err)
	}
}

// The longest command with an initial response has 255 octets; a longer one
// waits for an empty challenge (RFC 5034, section 4), whatever that is.
func TestAuthLongInitialResponse(t *testing.T) {
	at := strings.Repeat("x", 176)   // 253 octets with "AUTH PLAIN " and CRLF
	over := strings.Repeat("x", 177) // 257
	tests := []struct{ name, password, script string }{
		{"fits", at, `
			C: AUTH PLAIN AG1lAHh4` + strings.Repeat("eHh4", 58) + `
			S: +OK`},
		{"too long", over, `
			C: AUTH PLAIN
			S: + 
			C: AG1lAHh4` + strings.Repeat("eHh4", 58) + `eA==
			S: +OK`},
		{"a challenge without its blank", over, `
			C: AUTH PLAIN
			S: +
			C: AG1lAHh4` + strings.Repeat("eHh4", 58) + `eA==
			S: +OK`},
		{"words for a challenge", over, `
			C: AUTH PLAIN
			S: + go ahead, please
			C: AG1lAHh4` + strings.Repeat("eHh4", 58) + `eA==
			S: +OK`},
		{"refused", over, `
			C: AUTH PLAIN
			S: -ERR what?`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := converse(t, nil, test.script)
			err := c.Auth(sasl.NewPlainClient("", "me", test.password), test.password)
			if _, refused := errors.AsType[*Error](err); refused != (test.name == "refused") || !refused && err != nil {
				t.Errorf("got %v", err)
			}
		})
	}
}

// Only the first challenge is taken for the server's leave to begin.
func TestAuthChallengeTooMany(t *testing.T) {
	long := strings.Repeat("x", 177)
	c := converse(t, nil, `
		C: AUTH PLAIN
		S: + 
		C: AG1lAHh4`+strings.Repeat("eHh4", 58)+`eA==
		S: + b25l
		C: *
		S: -ERR cancelled`)
	if err := c.Auth(sasl.NewPlainClient("", "me", long), long); !errors.Is(err, sasl.ErrUnexpectedServerChallenge) {
		t.Errorf("got %v", err)
	}
}

// A recital is a mechanism that has learnt its responses by heart. Behind the
// last it finds fault with the server.
type recital struct {
	initial   []byte
	responses []string
	heard     []string
}

var errFault = errors.New("the server's signature is wrong")

func (m *recital) Start() (string, []byte, error) { return "RECITAL", m.initial, nil }

func (m *recital) Next(challenge []byte) ([]byte, error) {
	m.heard = append(m.heard, string(challenge))
	if len(m.responses) == 0 {
		return nil, errFault
	}
	response := m.responses[0]
	m.responses = m.responses[1:]
	return []byte(response), nil
}

func TestAuthExchange(t *testing.T) {
	tests := []struct {
		name, script string
		mechanism    recital
		heard        string
	}{
		{"without initial response", `
			C: AUTH RECITAL
			S: + b25l
			C: YQ==
			S: + dHdv
			C: Yg==
			S: +OK`, recital{responses: []string{"a", "b"}}, "one two"},
		{"with an empty initial response", `
			C: AUTH RECITAL =
			S: + b25l
			C: YQ==
			S: +OK`, recital{initial: []byte{}, responses: []string{"a"}}, "one"},
		{"with an empty response", `
			C: AUTH RECITAL aQ==
			S: + b25l
			C: 
			S: +ok`, recital{initial: []byte("i"), responses: []string{""}}, "one"},
		{"with a challenge in blanks", `
			C: AUTH RECITAL
			S: +  b25l 
			C: YQ==
			S: +OK`, recital{responses: []string{"a"}}, "one"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := converse(t, nil, test.script)
			if err := c.Auth(&test.mechanism, ""); err != nil {
				t.Error(err)
			}
			if heard := strings.Join(test.mechanism.heard, " "); heard != test.heard {
				t.Errorf("the mechanism heard %q", heard)
			}
		})
	}
}

// A mechanism that finds fault cancels the exchange, and the session goes on.
func TestAuthCancelled(t *testing.T) {
	c := converse(t, nil, `
		C: AUTH RECITAL
		S: + b25l
		C: *
		S: -ERR cancelled
		C: QUIT
		S: +OK`)
	err := c.Auth(&recital{}, "")
	if _, ok := errors.AsType[*MechanismError](err); !ok || !errors.Is(err, errFault) || err.Error() != errFault.Error() {
		t.Errorf("got %v", err)
	}
	if err := c.Quit(); err != nil {
		t.Error(err)
	}
}

// Servers that answer "*" with something else than -ERR are done with; the
// fault that came first is told.
func TestAuthCancelledInVain(t *testing.T) {
	for _, answer := range []string{"S: +OK welcome", "S: 250 hi", "X:"} {
		c := converse(t, nil, `
			C: AUTH RECITAL
			S: + b25l
			C: *
			`+answer)
		if err := c.Auth(&recital{}, ""); !errors.Is(err, errFault) {
			t.Errorf("%s: %v", answer, err)
		}
		if err := c.Quit(); err == nil {
			t.Errorf("%s: the session goes on", answer)
		}
	}
}

func TestAuthGarbage(t *testing.T) {
	c := converse(t, nil, `
		C: AUTH RECITAL
		S: + !no base64!
		C: *`)
	err := c.Auth(&recital{}, "")
	if want := `the reply to AUTH: a challenge that is no base64: " !no base64!"`; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestAuthEndless(t *testing.T) {
	c := converse(t, nil, "C: AUTH PARROT\n"+strings.Repeat("S: + b25l\nC: b25l\n", maxChallenges))
	err := c.Auth(&parrot{}, "")
	if _, ok := errors.AsType[*ProtocolError](err); !ok {
		t.Errorf("got %v", err)
	}
}

// A mechanism that can't begin, or whose name is none, sends nothing.
func TestAuthStartFails(t *testing.T) {
	c := converse(t, nil, "")
	if _, ok := errors.AsType[*MechanismError](c.Auth(named{err: io.ErrUnexpectedEOF}, "")); !ok {
		t.Error("no *MechanismError")
	}
	if err := c.Auth(named{name: "X\r\nDELE 1"}, ""); err != errUnsendable {
		t.Errorf("got %v", err)
	}
}

type named struct {
	name string
	err  error
}

func (m named) Start() (string, []byte, error) { return m.name, nil, m.err }
func (m named) Next([]byte) ([]byte, error)    { return nil, nil }

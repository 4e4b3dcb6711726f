package authtest

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"strings"

	"popfetch/fetch/pop3/pop3d"
)

// A Begin begins a dialogue, as pop3d.Server.Mechanisms has it.
type Begin = func(c *pop3d.Conn, accept func(user string)) pop3d.Mechanism

// errRefused ends a dialogue whose client isn't let in.
var errRefused = errors.New("authtest: login refused")

// A step takes what the client said and returns what to ask, and the step that
// takes the answer; without a next step, all is done.
type step func(response []byte) (challenge []byte, next step, err error)

// A dialogue is what a mechanism says.
type dialogue struct{ next step }

// Next implements pop3d.Mechanism.
func (d *dialogue) Next(response []byte) (challenge []byte, done bool, err error) {
	challenge, d.next, err = d.next(response)
	return challenge, d.next == nil, err
}

// askFirst has the server ask first, where there is no initial response.
func askFirst(question string, then step) *dialogue {
	return &dialogue{func(response []byte) ([]byte, step, error) {
		if response == nil {
			return []byte(question), then, nil
		}
		return then(response)
	}}
}

// CRAMMD5 is CRAM-MD5, RFC 2195.
func CRAMMD5() Begin {
	const challenge = "<1896.697170952@postoffice.example.net>"
	return func(c *pop3d.Conn, accept func(string)) pop3d.Mechanism {
		return askFirst(challenge, func(response []byte) ([]byte, step, error) {
			name, got, _ := strings.Cut(string(response), " ")
			password, known := c.Password(name)
			digest := hmac.New(md5.New, []byte(password))
			digest.Write([]byte(challenge))
			if !known || got != hex.EncodeToString(digest.Sum(nil)) {
				return nil, nil, errRefused
			}
			accept(name)
			return nil, nil, nil
		})
	}
}

// Login is LOGIN, as Dovecot asks.
func Login() Begin {
	return func(c *pop3d.Conn, accept func(string)) pop3d.Mechanism {
		var name string
		check := func(response []byte) ([]byte, step, error) {
			if password, known := c.Password(name); !known || password != string(response) {
				return nil, nil, errRefused
			}
			accept(name)
			return nil, nil, nil
		}
		return askFirst("Username:", func(response []byte) ([]byte, step, error) {
			name = string(response)
			return []byte("Password:"), check, nil
		})
	}
}

// External is EXTERNAL, RFC 4422 appendix A: whoever has shown a certificate is
// let in as the one that it is for.
func External() Begin {
	return func(c *pop3d.Conn, accept func(string)) pop3d.Mechanism {
		return askFirst("", func(response []byte) ([]byte, step, error) {
			state := c.TLS()
			if state == nil || len(state.PeerCertificates) == 0 {
				return nil, nil, errRefused
			}
			name := state.PeerCertificates[0].Subject.CommonName
			if len(response) > 0 && string(response) != name {
				return nil, nil, errRefused
			}
			accept(name)
			return nil, nil, nil
		})
	}
}

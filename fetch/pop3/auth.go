package pop3

import (
	"encoding/base64"
	"errors"
	"strings"

	"github.com/emersion/go-sasl"
)

// maxInitialResponse is how long an AUTH command may be: RFC 5034 section 4
// has 255 octets with the line end. A longer initial response waits for the
// server's empty challenge.
const maxInitialResponse = 255

// maxChallenges bounds a SASL exchange. SCRAM takes three.
const maxChallenges = 10

// User logs in with USER and PASS, RFC 1939 section 7. The refusal of either
// is an *Error.
func (c *Client) User(name, password string) error {
	if strings.ContainsAny(name+password, "\r\n\x00") {
		return errUnsendable
	}
	c.conceal(password)
	if _, err := c.do("USER " + name); err != nil {
		return err
	}
	if err := c.put("PASS "+password, "PASS ***"); err != nil {
		return err
	}
	if err := c.flush("PASS"); err != nil {
		return err
	}
	_, err := c.status("PASS")
	return err
}

// conceal keeps a secret out of all that is shown of the server's words. What
// is too short to be told from any other text stays.
func (c *Client) conceal(secret string) {
	for _, s := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret))} {
		if len(s) >= 4 {
			c.secrets = append(c.secrets, s)
		}
	}
}

// Auth logs in by SASL, RFC 5034. The server's refusal is an *Error; when the
// mechanism itself finds fault with a challenge, the exchange is cancelled and
// that error is returned.
func (c *Client) Auth(mechanism sasl.Client, secret string) error {
	name, response, err := mechanism.Start()
	if err != nil {
		return err
	}
	c.conceal(secret)
	command, shown := "AUTH "+name, "AUTH "+name
	if response != nil {
		initial := encode(response)
		c.conceal(string(response))
		if line := command + " " + initial; len(line)+2 <= maxInitialResponse {
			command, shown, response = line, shown+" ***", nil
		}
	}
	if err := c.put(command, shown); err != nil {
		return err
	}
	return c.exchange(mechanism, response)
}

// encode is base64, with "=" for an initial response without content.
func encode(response []byte) string {
	if len(response) == 0 {
		return "="
	}
	return base64.StdEncoding.EncodeToString(response)
}

// exchange answers challenges until the server says yes or no. held is the
// initial response, where it had to wait for an empty challenge.
func (c *Client) exchange(mechanism sasl.Client, held []byte) error {
	for range maxChallenges {
		if err := c.flush("AUTH"); err != nil {
			return err
		}
		challenge, done, err := c.challenge()
		if done || err != nil {
			return err
		}
		response := held
		if held == nil {
			response, err = mechanism.Next(challenge)
		}
		held = nil
		if err != nil {
			return errors.Join(err, c.cancelAuth())
		}
		c.conceal(string(response))
		if err := c.put(base64.StdEncoding.EncodeToString(response), "***"); err != nil {
			return err
		}
	}
	return c.fail("AUTH", &ProtocolError{Command: "AUTH", Problem: "the challenges have no end"})
}

// challenge reads what the server says in an exchange: a challenge, or the
// status that ends it.
func (c *Client) challenge() (challenge []byte, done bool, err error) {
	first, err := c.r.Peek(1)
	if err != nil {
		return nil, false, c.fail("AUTH", err)
	}
	if first[0] != '+' {
		_, err := c.status("AUTH")
		return nil, true, err
	}
	if next, err := c.r.Peek(2); err == nil && next[1] == 'O' {
		_, err := c.status("AUTH")
		return nil, true, err
	}
	line, err := c.line("AUTH")
	if err != nil {
		return nil, false, err
	}
	c.trace.received("+ ***")
	text := strings.TrimSpace(string(line[1:]))
	challenge, err = base64.StdEncoding.DecodeString(text)
	if err != nil {
		err = errors.Join(errors.New("the server's challenge is no base64"), c.cancelAuth())
	}
	return challenge, false, err
}

// cancelAuth ends an exchange that we don't want to go on, RFC 5034 section 4:
// the server answers -ERR.
func (c *Client) cancelAuth() error {
	if err := c.send("*"); err != nil {
		return err
	}
	if _, err := c.status("AUTH"); err != nil && !errors.As(err, new(*Error)) {
		return err
	}
	return nil
}

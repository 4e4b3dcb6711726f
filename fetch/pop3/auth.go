package pop3

import (
	"bytes"
	"encoding/base64"
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
	if strings.ContainsAny(name+password, unsendable) {
		return errUnsendable
	}
	c.secrets.Add(password)
	if _, err := c.roundTrip("USER " + name); err != nil {
		return err
	}
	if err := c.sendCommand("PASS "+password, "PASS ***"); err != nil {
		return err
	}
	_, err := c.readStatus("PASS")
	return err
}

// APOP logs in with a digest of the greeting's timestamp and the password, RFC
// 1939 section 7. The refusal is an *Error.
func (c *Client) APOP(name, digest string) error {
	c.said.Add(digest)
	if err := c.sendCommand("APOP "+name+" "+digest, "APOP "+name+" ***"); err != nil {
		return err
	}
	_, err := c.readStatus("APOP")
	return err
}

// A MechanismError says that our side of a SASL exchange could not begin it,
// or found fault with what the server said, and so cancelled it.
type MechanismError struct{ Err error }

func (e *MechanismError) Error() string { return e.Err.Error() }

func (e *MechanismError) Unwrap() error { return e.Err }

// Auth logs in by SASL, RFC 5034. The server's refusal is an *Error; when the
// mechanism itself finds fault with a challenge, the exchange is cancelled and
// that is a *MechanismError. secret, and whatever the mechanism says, is kept
// out of trace and errors.
func (c *Client) Auth(mechanism sasl.Client, secret string) error {
	name, response, err := mechanism.Start()
	if err != nil {
		return &MechanismError{err}
	}
	c.secrets.Add(secret)
	command, shown := "AUTH "+name, "AUTH "+name
	if response != nil {
		c.concealResponse(response)
		if InOneStep(name, response) {
			command, shown, response = authCommand(name, response), shown+" ***", nil
		}
	}
	if err := c.sendCommand(command, shown); err != nil {
		return err
	}
	return c.answerChallenges(mechanism, response)
}

// InOneStep reports whether Auth sends an initial response with the command.
func InOneStep(mechanism string, response []byte) bool {
	return len(authCommand(mechanism, response))+len("\r\n") <= maxInitialResponse
}

func authCommand(mechanism string, response []byte) string {
	return "AUTH " + mechanism + " " + encodeResponse(response)
}

// encodeResponse is base64, with "=" for an initial response without content.
func encodeResponse(response []byte) string {
	if len(response) == 0 {
		return "="
	}
	return base64.StdEncoding.EncodeToString(response)
}

// answerChallenges answers challenges until the server says yes or no. held is the
// initial response, where it had to wait for an empty challenge.
func (c *Client) answerChallenges(mechanism sasl.Client, held []byte) error {
	for range maxChallenges {
		c.pace = pace{}
		line, err := c.readLine("AUTH")
		if err != nil {
			return err
		}
		challenge, ok := bytes.CutPrefix(line, []byte("+"))
		if !ok || len(challenge) > 0 && challenge[0] != ' ' {
			_, err := c.parseStatus("AUTH", line)
			return err
		}
		c.due--
		c.trace.receivedLine("+ ***")
		response := held
		if held == nil {
			if response, err = c.nextResponse(mechanism, challenge); err != nil {
				return err
			}
		}
		held = nil
		if err := c.sendCommand(base64.StdEncoding.EncodeToString(response), "***"); err != nil {
			return err
		}
	}
	return c.protocolError("AUTH", "the challenges have no end", nil)
}

// nextResponse has the mechanism answer a challenge.
func (c *Client) nextResponse(mechanism sasl.Client, challenge []byte) ([]byte, error) {
	decoded, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(challenge)))
	if err != nil {
		// RFC 5034 section 4 has the exchange cancelled. There is no telling
		// what a server answers that speaks like this.
		if err := c.sendCommand("*", "*"); err != nil {
			return nil, err
		}
		return nil, c.protocolError("AUTH", "a challenge that is no base64", challenge)
	}
	response, err := mechanism.Next(decoded)
	if err != nil {
		c.cancelAuth()
		return nil, &MechanismError{err}
	}
	c.concealResponse(response)
	return response, nil
}

// cancelAuth ends an exchange that we don't want to go on, RFC 5034 section 4:
// the server answers -ERR.
func (c *Client) cancelAuth() {
	if c.sendCommand("*", "*") != nil {
		return
	}
	if _, err := c.readStatus("AUTH"); err == nil {
		c.protocolError("AUTH", "+OK to an exchange that was cancelled", nil)
	}
}

package auth

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"regexp"

	"github.com/emersion/go-sasl"

	"popfetch/fetch/pop3"
)

// newCRAMMD5 is CRAM-MD5, RFC 2195.
func newCRAMMD5(k key) (sasl.Client, error) { return &cramClient{k.User, k.secret, false}, nil }

type cramClient struct {
	user, password string
	done           bool
}

// Start implements sasl.Client: the server begins.
func (c *cramClient) Start() (name string, initial []byte, err error) { return "CRAM-MD5", nil, nil }

// Next implements sasl.Client.
func (c *cramClient) Next(challenge []byte) ([]byte, error) {
	if c.done {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	c.done = true
	digest := hmac.New(md5.New, []byte(c.password))
	digest.Write(challenge)
	return []byte(c.user + " " + hex.EncodeToString(digest.Sum(nil))), nil
}

// stamp is the timestamp in a greeting that offers APOP, RFC 1939 section 7:
// a msg-id of RFC 822. A server that could choose any bytes would find out the
// password by a few logins, because of what MD5 is (CVE-2007-1558).
var stamp = regexp.MustCompile(`<[!#-'*+\-./0-9=?A-Z^-~]+@[!#-'*+\-./0-9=?A-Z^-~\[\]:]+>`)

func offersAPOP(o offer) bool { return stamp.MatchString(o.Greeting) }

var errNoStamp = errors.New("the server's greeting has no timestamp for it, or one that isn't as RFC 1939 has it")

// loginAPOP is APOP, RFC 1939 section 7.
func loginAPOP(c *pop3.Client, k key) (spent bool, err error) {
	timestamp := stamp.FindString(k.Greeting)
	if timestamp == "" {
		return false, &pop3.MechanismError{Err: errNoStamp}
	}
	digest := md5.Sum([]byte(timestamp + k.secret))
	err = c.APOP(k.User, hex.EncodeToString(digest[:]))
	refused, ok := errors.AsType[*pop3.Error](err)
	return !ok || !unknownCommand.MatchString(refused.Text), err
}

// unknownCommand is how servers say that they don't have a command, of which a
// wrong password is no part. RFC 1939 section 3 leaves the words to them.
var unknownCommand = regexp.MustCompile(`(?i)(unknown|unrecogni[sz]ed|unsupported|invalid|bad) (apop )?command|command (is )?unknown|unimplemented|not (implemented|supported|recogni[sz]ed)`)

// newLogin is LOGIN, which no RFC has and many servers do. What they ask differs,
// in words and in capitals; what they want to know doesn't.
func newLogin(k key) (sasl.Client, error) { return &loginClient{[]string{k.User, k.secret}}, nil }

type loginClient struct{ left []string }

// Start implements sasl.Client. Many servers take no initial response.
func (l *loginClient) Start() (name string, initial []byte, err error) { return sasl.Login, nil, nil }

// Next implements sasl.Client.
func (l *loginClient) Next([]byte) ([]byte, error) {
	if len(l.left) == 0 {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	response := l.left[0]
	l.left = l.left[1:]
	return []byte(response), nil
}

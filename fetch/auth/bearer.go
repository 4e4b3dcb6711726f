package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-sasl"

	"popfetch/fetch/pop3"
)

const xoauth2Name = "XOAUTH2"

// newXOAUTH2 is XOAUTH2, as Google and Microsoft document it.
func newXOAUTH2(k key) (sasl.Client, error) {
	if err := checkBearable(k); err != nil {
		return nil, err
	}
	response := "user=" + k.User + "\x01auth=Bearer " + k.secret + "\x01\x01"
	return &bearerClient{name: xoauth2Name, response: []byte(response), last: []byte{}}, nil
}

// newOAuthBearer is OAUTHBEARER, RFC 7628. The user's name is quoted as RFC 5801
// section 4 has it for the header.
func newOAuthBearer(k key) (sasl.Client, error) {
	if err := checkBearable(k); err != nil {
		return nil, err
	}
	name := strings.NewReplacer("=", "=3D", ",", "=2C").Replace(k.User)
	options := &sasl.OAuthBearerOptions{Username: name, Token: k.secret, Host: k.Host, Port: k.Port}
	mechanism, response, err := sasl.NewOAuthBearerClient(options).Start()
	return &bearerClient{name: mechanism, response: response, last: []byte{1}}, err
}

// checkBearable refuses what would begin another field of the response.
func checkBearable(k key) error {
	if strings.Contains(k.User+k.secret, "\x01") {
		return errors.New("the user name or the access token holds a control character, which can't be sent")
	}
	return nil
}

// A bearerClient shows a token. A server that hasn't heard it asks for it by an
// empty challenge. Any other is why it doesn't like it: the client then says so
// much as yes, and the server refuses (RFC 7628, section 3.2.3).
type bearerClient struct {
	name     string
	response []byte
	last     []byte
	asked    bool
	reason   []byte // the challenge that says why; nil without one
}

// Start implements sasl.Client.
func (b *bearerClient) Start() (name string, initial []byte, err error) {
	return b.name, b.response, nil
}

// Next implements sasl.Client.
func (b *bearerClient) Next(challenge []byte) ([]byte, error) {
	switch {
	case b.reason != nil:
		return nil, sasl.ErrUnexpectedServerChallenge
	case len(challenge) == 0 && !b.asked:
		b.asked = true
		return b.response, nil
	}
	b.reason = append([]byte{}, challenge...)
	return b.last, nil
}

// attemptToken tries to log in by a token, and if the server doesn't like it by
// a fresh one.
func (m mechanism) attemptToken(ctx context.Context, c *pop3.Client, o offer) (spent bool, err error) {
	isPassword := !o.hasToken()
	if isPassword {
		o.Token = func(ctx context.Context, _ string) (string, error) { return o.Password(ctx) }
	}
	shown := ""
	for range 2 {
		text, tokenErr := o.Token(ctx, shown)
		if tokenErr != nil {
			return true, moreTelling(err, tokenErr)
		}
		if text == shown {
			break // what the server said tells more
		}
		shown = text
		var next error
		if spent, next = m.showToken(c, key{offer: o, secret: text, asToken: isPassword}); next == nil {
			return spent, nil
		}
		if err = moreTelling(err, next); !nextMayDo(c, err) {
			break
		}
	}
	return spent, err
}

// showToken logs in by the token. XOAUTH2 in one step is refused by some servers
// that take it in two, Microsoft's among them.
func (m mechanism) showToken(c *pop3.Client, k key) (spent bool, err error) {
	var bearer *bearerClient
	made := m.client
	m.client = func(k key) (sasl.Client, error) {
		client, err := made(k)
		bearer, _ = client.(*bearerClient)
		return client, err
	}
	spent, err = m.loginWithSecret(c, k)
	if m.name == "xoauth2" && isRefusedAt(err, "AUTH") && nextMayDo(c, err) && bearer.inOneStep() {
		m.client = func(k key) (sasl.Client, error) { return &slow{Client: bearer}, nil }
		_, next := m.loginWithSecret(c, k)
		err = moreTelling(err, next)
	}
	if failed, ok := errors.AsType[*LoginError](err); ok && bearer != nil && len(bearer.reason) > 0 {
		// The reason came before the refusal.
		failed.Err = fmt.Errorf("%w (%q)", failed.Err, c.Redact(reasonIn(bearer.reason)))
	}
	return spent, err
}

// inOneStep reports whether the server was told the token in the command
// itself, and said no more than no.
func (b *bearerClient) inOneStep() bool {
	return !b.asked && b.reason == nil && pop3.InOneStep(b.name, b.response)
}

// reasonIn reads what a server sends that doesn't like a token: mostly JSON,
// RFC 7628 section 3.2.2.
func reasonIn(challenge []byte) string {
	var reason struct {
		Status string `json:"status"`
		Scope  string `json:"scope"`
	}
	if json.Unmarshal(challenge, &reason) != nil || reason.Status == "" {
		return string(challenge)
	}
	if reason.Scope == "" {
		return "status " + reason.Status
	}
	return "status " + reason.Status + ", scope " + reason.Scope
}

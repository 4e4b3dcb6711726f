package auth

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"popfetch/fetch/pop3"
)

// chooseMechanisms finds the mechanisms to log in by, the best first: the account's own,
// offered or not, or all that are offered and don't expose the password.
func chooseMechanisms(o offer) ([]mechanism, error) {
	var chosen []mechanism
	exposed := false
	for _, m := range mechanisms {
		known := slices.ContainsFunc(chosen, func(other mechanism) bool { return other.name == m.name })
		switch {
		case known || !o.wantsMechanism(m):
		case m.clear && !o.AllowClear && !o.isConfidential():
			exposed = true
		default:
			chosen = append(chosen, m)
		}
	}
	switch {
	case len(chosen) > 0:
		return chosen, nil
	case exposed && o.hasToken():
		return nil, &LoginError{Err: errors.New("the access token would cross the network in the clear"), hint: clearHint}
	case exposed:
		return nil, &LoginError{Err: ErrClear, hint: clearHint}
	case !o.isAuto():
		return nil, &LoginError{Err: fmt.Errorf("this version can't do auth: %s", o.Mechanism)}
	}
	offered := fmt.Sprintf("%.200q", o.shown(strings.Join(o.caps[pop3.CapSASL], " ")))
	if o.hasToken() {
		return nil, &LoginError{
			Err:  errors.New("the server offers no login by OAuth: " + offered),
			hint: "auth: xoauth2 tries it all the same; without oauth the account logs in by password",
		}
	}
	if o.offersOAuth() {
		return nil, &LoginError{Err: errors.New("the server takes no password: it offers " + offered), hint: oauthWay}
	}
	return nil, &LoginError{Err: errors.New("the server offers no mechanism that popfetch knows: " + offered)}
}

// ErrClear says that the account may send a password only in a way that hides it,
// and that the server has none.
var ErrClear = errors.New("the password would cross the network in the clear")

const clearHint = "set tls: implicit or tls: starttls; allow_plaintext_auth: true takes the risk"

// wantsMechanism reports whether the account would log in by the mechanism.
func (o offer) wantsMechanism(m mechanism) bool {
	if !o.isAuto() {
		// A mechanism that is bound to the channel is the same one, and better.
		return m.name == o.Mechanism || m.name == o.Mechanism+plus && m.isOffered(o)
	}
	switch m.takes {
	case token:
		return o.hasToken() && m.isOffered(o)
	case certificate:
		return o.Certificate && o.TLS != nil && m.isOffered(o)
	default:
		return !o.hasToken() && m.isOffered(o)
	}
}

// IsOffered reports whether a server with these capabilities offers the mechanism
// of that name, over that channel.
func IsOffered(caps pop3.Capabilities, channel Channel, name string) bool {
	o := offer{caps: caps, Channel: channel}
	return slices.ContainsFunc(mechanisms, func(m mechanism) bool { return m.name == name && m.isOffered(o) })
}

package auth

import (
	"fmt"
	"slices"
)

// strengths are the mechanisms by how little they give away to whoever poses as the
// server, the weakest first; those of one line are alike. PLAIN shows the password, under
// TLS as well, and a server that has been broken into keeps it; an answer to APOP or
// CRAM-MD5 lets it be guessed, fast; SCRAM makes each guess dear, and bound to the channel
// it fails at anybody in between; a certificate gives nothing away.
var strengths = [][]string{
	{"plain", "login", "user"},
	{"apop"},
	{"cram-md5"},
	{"scram-sha-1"},
	{"scram-sha-256"},
	{"scram-sha-1" + plus},
	{"scram-sha-256" + plus},
	{"external"},
}

func strengthOf(name string) int {
	return slices.IndexFunc(strengths, func(alike []string) bool { return slices.Contains(alike, name) })
}

// IsWeaker reports whether a login by one mechanism gives away more than one by
// another. Those that log in by an access token, and those that aren't known, are
// weaker than none, and none is weaker than they.
func IsWeaker(name, than string) bool {
	one, other := strengthOf(name), strengthOf(than)
	return one >= 0 && one < other
}

// A WeakerError says that a login, or the connection to it, would be weaker than one
// before. No password was sent.
type WeakerError struct{ Now, Before string }

func (e *WeakerError) Error() string {
	return fmt.Sprintf("weaker than before: %s instead of %s", e.Now, e.Before)
}

// splitByStrength takes apart the mechanisms that are as strong as the account wants them, and
// those that aren't.
func (o offer) splitByStrength(chosen []mechanism) (enough, weaker []mechanism) {
	for _, m := range chosen {
		if o.isEnough(m) {
			enough = append(enough, m)
		} else {
			weaker = append(weaker, m)
		}
	}
	return enough, weaker
}

// isEnough reports whether the mechanism is as strong as the account wants it. An
// account that has no certificate any more may log in by a password: a person has
// changed that.
func (o offer) isEnough(m mechanism) bool {
	if o.AtLeast == "external" && !o.Certificate {
		return true
	}
	return !IsWeaker(m.name, o.AtLeast)
}

// weakerError is for a login that only these mechanisms are left for.
func (o offer) weakerError(left []mechanism) *WeakerError {
	return &WeakerError{Now: left[0].name, Before: o.AtLeast}
}

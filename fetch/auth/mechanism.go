package auth

import (
	"crypto/sha1"
	"crypto/sha256"

	"github.com/emersion/go-sasl"

	"popfetch/fetch/pop3"
)

// A mechanism is one way to log in.
type mechanism struct {
	name  string // as the account names it
	takes means
	clear bool // it shows what it takes to whoever reads the connection

	// sasl is its name for AUTH, and proof which of our responses shows that we
	// know the password, or shows it: 1 is the first, none is never.
	sasl   string
	proof  int
	client func(key) (sasl.Client, error)

	// asIs has SCRAM take name and password as they are.
	asIs bool

	// offered and login are for what isn't spoken by AUTH. login reports
	// whether the password, or proof of it, was sent.
	offered func(offer) bool
	login   func(*pop3.Client, key) (spent bool, err error)
}

// means is what one logs in with.
type means int

const (
	password means = iota
	token
	certificate
)

// none is a proof that is never given.
const none = 1 << 10

// A key is what a login is done with. Secret is the password or the token.
type key struct {
	offer
	secret  string
	asIs    bool // no SASLprep (RFC 4013)
	asToken bool // it is the password, in the place of a token
}

// mechanisms are the ways to log in, the best first: those that never show the
// password before those that do. APOP, which has only MD5 to hide it by, comes
// first among the rest where nothing else hides it, and last where something
// does.
var mechanisms = []mechanism{
	{name: "external", takes: certificate, sasl: sasl.External, proof: none, client: newExternal},
	{name: "oauthbearer", takes: token, clear: true, sasl: sasl.OAuthBearer, proof: 1, client: newOAuthBearer},
	{name: "xoauth2", takes: token, clear: true, sasl: xoauth2Name, proof: 1, client: newXOAUTH2},
	{name: "scram-sha-256-plus", sasl: "SCRAM-SHA-256-PLUS", proof: 2, client: scramPlus(sha256.New)},
	{name: "scram-sha-1-plus", sasl: "SCRAM-SHA-1-PLUS", proof: 2, client: scramPlus(sha1.New)},
	{name: "scram-sha-256", sasl: "SCRAM-SHA-256", proof: 2, client: scramPlain(sha256.New)},
	{name: "scram-sha-1", sasl: "SCRAM-SHA-1", proof: 2, client: scramPlain(sha1.New)},
	{name: "cram-md5", sasl: "CRAM-MD5", proof: 1, client: newCRAMMD5},
	{name: "apop", offered: func(o offer) bool { return offersAPOP(o) && !o.isConfidential() }, login: loginAPOP},
	{name: "plain", clear: true, sasl: sasl.Plain, proof: 1, client: newPlain},
	{name: "login", clear: true, sasl: sasl.Login, proof: 2, client: newLogin},
	{name: "user", clear: true, offered: offersUser, login: loginUser},
	{name: "apop", offered: offersAPOP, login: loginAPOP},
}

// isOffered reports whether the server and the way there have the mechanism.
func (m mechanism) isOffered(o offer) bool {
	switch {
	case m.offered != nil:
		return m.offered(o)
	case m.bindsChannel() && o.TLS == nil:
		return false
	default:
		return o.caps.HasSASL(m.sasl)
	}
}

// newPlain is PLAIN, RFC 4616.
func newPlain(k key) (sasl.Client, error) { return sasl.NewPlainClient("", k.User, k.secret), nil }

// newExternal is EXTERNAL, RFC 4422 appendix A: TLS has shown our certificate.
func newExternal(k key) (sasl.Client, error) { return sasl.NewExternalClient(k.User), nil }

// offersUser takes USER, RFC 1939 section 7, for the last resort, and the only
// one of which a server may be silent: one without CAPA has it.
func offersUser(o offer) bool { return o.caps.Has(pop3.CapUser) || !o.caps.Has(pop3.CapSASL) }

func loginUser(c *pop3.Client, k key) (spent bool, err error) {
	err = c.User(k.User, k.secret)
	return !isRefusedAt(err, "USER"), err
}

package command_test

import (
	"crypto/ecdsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"popfetch/config/oauth/oauthtest"
	"popfetch/fetch/auth/authtest"
	"popfetch/fetch/pop3/pop3d"
)

// lent are the mechanisms of the offer for pop3d.
func (o offer) lent() map[string]authtest.Begin {
	all := map[string]authtest.Begin{
		"SCRAM-SHA-256": authtest.SCRAM(sha256.New, false, authtest.AsItIs),
		"SCRAM-SHA-1":   authtest.SCRAM(sha1.New, false, authtest.AsItIs),
		"CRAM-MD5":      authtest.CRAMMD5(),
		"LOGIN":         authtest.Login(),
		"EXTERNAL":      authtest.External(),
		"XOAUTH2":       authtest.XOAUTH2(o.knowsToken),
		"OAUTHBEARER":   authtest.OAuthBearer(o.knowsToken),
	}
	lent := map[string]authtest.Begin{}
	for _, name := range o.mechanisms {
		if begin, ok := all[strings.ToUpper(name)]; ok {
			lent[strings.ToUpper(name)] = begin
		}
	}
	return lent
}

// stamp is what the greeting says that offers APOP.
func (o offer) stamp() string {
	if slices.Contains(o.mechanisms, "apop") {
		return "<1896.697170952@pop3d>"
	}
	return ""
}

// knowsToken asks the provider whose a token is, RFC 7662.
func (o offer) knowsToken(user, token string) bool {
	response, err := http.PostForm(o.provider.IntrospectURL(), url.Values{"token": {token}})
	if err != nil {
		return false
	}
	defer response.Body.Close()
	var about struct {
		Active   bool
		Username string
	}
	err = json.NewDecoder(response.Body).Decode(&about)
	return err == nil && about.Active && about.Username == user
}

// clientCertificate makes a certificate for the user me, and returns who has
// signed it. CLIENT_CERT and CLIENT_KEY are its files.
func (s *story) clientCertificate(ts *testscript.TestScript) []byte {
	own, authority, err := pop3d.Identity{Name: "me"}.Certificate()
	ts.Check(err)
	key, err := x509.MarshalECPrivateKey(own.PrivateKey.(*ecdsa.PrivateKey))
	ts.Check(err)
	for variable, block := range map[string]*pem.Block{
		"CLIENT_CERT": {Type: "CERTIFICATE", Bytes: own.Certificate[0]},
		"CLIENT_KEY":  {Type: "EC PRIVATE KEY", Bytes: key},
	} {
		file := ts.MkAbs(strings.ToLower(variable) + ".pem")
		ts.Check(os.WriteFile(file, pem.EncodeToMemory(block), 0o600))
		ts.Setenv(variable, file)
	}
	return authority
}

// authority starts a provider of access tokens, or has one that runs go by
// other rules. AUTH_URL, TOKEN_URL and DEVICE_URL tell where it is.
func (s *story) authority(ts *testscript.TestScript, args []string) {
	if s.provider == nil {
		s.provider = oauthtest.Start(s.t, oauthtest.Rules{})
		ts.Setenv("AUTH_URL", s.provider.AuthURL())
		ts.Setenv("TOKEN_URL", s.provider.TokenURL())
		ts.Setenv("DEVICE_URL", s.provider.DeviceURL())
	}
	for _, arg := range args {
		ts.Check(s.rule(arg))
	}
}

// rule makes the provider go by one more rule.
func (s *story) rule(text string) error {
	switch name, value, _ := strings.Cut(text, "="); name {
	case "revoke":
		s.provider.RevokeRefresh()
	case "revoke-access":
		s.provider.RevokeAccess()
	case "close":
		s.provider.Close()
	case "fail":
		status, err := strconv.Atoi(value)
		s.provider.FailNext(status, "")
		return err
	case "approve", "deny", "rotate", "no-refresh", "pending", "short":
		s.provider.ChangeRules(func(r *oauthtest.Rules) {
			switch name {
			case "approve", "deny":
				r.Deny = name == "deny"
			case "rotate":
				r.Rotate = true
			case "no-refresh":
				r.NoRefresh = true
			case "pending":
				r.Pending = 1
			case "short":
				r.Lifetime = 30 * time.Second // too short to rely on
			}
		})
	default:
		return fmt.Errorf("no rule %q", text)
	}
	return nil
}

// unissued makes a kept token one that was got long ago.
func (s *story) unissued(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 1, 1, "unissued FILE")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), issued.ReplaceAll([]byte(ts.ReadFile(args[0])), nil), 0o600))
}

var issued = regexp.MustCompile(`,"issued":"[^"]*"`)

// visit is a browser: it goes to the address, and where that sends it, with the
// cookies that it gets.
func visit() {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // it takes no options
	}
	response, err := (&http.Client{Jar: jar}).Get(os.Args[len(os.Args)-1])
	if err == nil {
		err = response.Body.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

package auth

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/auth/authtest"
	"popfetch/fetch/pop3"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// TestLoginByAll logs in by every mechanism, with and without TLS.
func TestLoginByAll(t *testing.T) {
	for _, version := range []uint16{0, tls.VersionTLS12, tls.VersionTLS13} {
		for _, name := range []string{
			"scram-sha-256", "scram-sha-1", "cram-md5", "plain", "login", "user", "apop",
			"scram-sha-256-plus", "scram-sha-1-plus", "oauthbearer", "xoauth2",
		} {
			binds := strings.HasSuffix(name, plus)
			if binds && version < tls.VersionTLS13 {
				continue // what pop3d knows of its own connection doesn't suffice
			}
			t.Run(tls.VersionName(version)+" "+name, func(t *testing.T) {
				s := only(authtest.AsItIs, strings.ToUpper(name))
				if version > 0 {
					secured(t, s, version)
				}
				c, channel, _ := connectOver(t, s)
				credentials := me()
				credentials.AllowClear = true
				credentials.Mechanism = strings.TrimSuffix(name, plus)
				if strings.Contains(name, "oauth") {
					credentials.Token = func(context.Context, string) (string, error) { return "token of me", nil }
				}
				if got, err := Login(t.Context(), c, credentials, channel); got != name || err != nil {
					t.Errorf("got %q, %v", got, err)
				}
				if err := c.Noop(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// With a wrong password no other mechanism is tried once the server has seen
// proof, by whatever mechanism it was: it might lock the account.
func TestWrongPassword(t *testing.T) {
	tests := []struct{ mechanisms, want, proof string }{
		{"SCRAM-SHA-256 PLAIN", "scram-sha-256", "AUTH SCRAM-SHA-256"},
		{"CRAM-MD5 PLAIN", "cram-md5", "AUTH CRAM-MD5"},
		{"PLAIN LOGIN", "plain", "AUTH PLAIN"},
		{"LOGIN", "login", "AUTH LOGIN"},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			c, channel, sent := connectOver(t, secured(t, only(authtest.AsItIs, test.mechanisms), 0))
			credentials := me()
			credentials.Password = knows("wrong")
			_, err := Login(t.Context(), c, credentials, channel)
			failed, ok := errors.AsType[*LoginError](err)
			if !ok || failed.Mechanism != test.want || !strings.HasPrefix(failed.Hint(), "check user and password") {
				t.Errorf("got %v", err)
			}
			if hides := !strings.Contains("plain login", test.want); hides != strings.Contains(failed.Hint(), "auth: plain") {
				t.Errorf("the hint is %s", failed.Hint())
			}
			begun := slices.DeleteFunc(sent(), func(line string) bool { return !strings.HasPrefix(line, "AUTH") })
			if len(begun) != 1 || !strings.HasPrefix(begun[0], test.proof) {
				t.Errorf("sent %q", begun)
			}
		})
	}
}

// refusing has the server say no to AUTH by these mechanisms, before it has
// seen anything.
func refusing(text string, names ...string) pop3d.Intercept {
	return func(c *pop3d.Conn, cmd pop3d.Command) bool {
		name, _, _ := strings.Cut(cmd.Arg, " ")
		if cmd.Verb != "AUTH" || !slices.Contains(names, name) {
			return false
		}
		c.Refuse(text)
		return true
	}
}

// A mechanism that is refused before the server has seen proof of the password
// leaves the turn to the next, where nobody can have meddled.
func TestNextMechanism(t *testing.T) {
	meddled := func(way Channel) Channel {
		way.Verified = false
		return way
	}
	as := func(way Channel) Channel { return way }
	tests := []struct {
		name    string
		refused pop3d.Intercept
		way     func(Channel) Channel
		want    string
	}{
		{"one", refusing("[AUTH] not for you", "SCRAM-SHA-256"), as, "scram-sha-1"},
		{"several", refusing("no such thing", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5"), as, "plain"},
		{"TLS with anybody", refusing("no", "SCRAM-SHA-256"), meddled, ""},
		{"for now", refusing("[SYS/TEMP] no", "SCRAM-SHA-256"), as, ""},
		{"in use", refusing("[IN-USE] no", "SCRAM-SHA-256"), as, ""},
		{"for ever", refusing("[SYS/PERM] no", "SCRAM-SHA-256"), as, ""},
		{"and the connection dies", fault.When(fault.Verb("AUTH"), fault.Refuse("no"), fault.HangUp()), as, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := secured(t, only(authtest.AsItIs, "SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN"), 0)
			s.Intercept = test.refused
			c, channel, _ := connectOver(t, s)
			got, err := Login(t.Context(), c, me(), test.way(channel))
			if err != nil {
				got = ""
			}
			if got != test.want {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

// A server that hangs up behind its no has said no all the same.
func TestRefusedAndHungUp(t *testing.T) {
	for _, offers := range []string{"SCRAM-SHA-256 PLAIN", "XOAUTH2", "OAUTHBEARER"} {
		s := secured(t, only(authtest.AsItIs, offers), 0)
		s.Intercept = fault.When(fault.Verb("AUTH"), fault.Refuse("[AUTH] not you"), fault.HangUp())
		c, channel, _ := connectOver(t, s)
		credentials := me()
		if strings.Contains(offers, "OAUTH") {
			var refused []string
			credentials.Token = tokens(&refused, "stale", "token of me")
		}
		_, err := Login(t.Context(), c, credentials, channel)
		refused, ok := errors.AsType[*pop3.Error](err)
		if _, isLogin := errors.AsType[*LoginError](err); !ok || !isLogin || refused.Text != "not you" {
			t.Errorf("%s: %v", offers, err)
		}
	}
}

// Without TLS, whoever refuses may be somebody on the way.
func TestNoNextMechanismInTheClear(t *testing.T) {
	s := only(authtest.AsItIs, "SCRAM-SHA-256 CRAM-MD5 PLAIN")
	s.Intercept = refusing("no", "SCRAM-SHA-256")
	c, channel, sent := connectOver(t, s)
	credentials := me()
	credentials.AllowClear = true
	if _, err := Login(t.Context(), c, credentials, channel); err == nil || len(sent()) != 1 {
		t.Errorf("%v, sent %q", err, sent())
	}
}

// A password that SCRAM can't carry is carried by the next mechanism.
func TestPasswordBeyondSCRAM(t *testing.T) {
	const password = "correct \U0001F40E battery"
	s := secured(t, only(authtest.AsItIs, "SCRAM-SHA-256 PLAIN"), 0)
	c, channel, _ := connectOver(t, s)
	s.SetUser("me", password, nil)
	credentials := me()
	credentials.Password = knows(password)
	if got, err := Login(t.Context(), c, credentials, channel); got != "plain" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	credentials.Mechanism = "scram-sha-256"
	c, channel, sent := connectOver(t, secured(t, only(authtest.AsItIs, "SCRAM-SHA-256 PLAIN"), 0))
	_, err := Login(t.Context(), c, credentials, channel)
	failed, ok := errors.AsType[*LoginError](err)
	if !ok || strings.Contains(err.Error(), "battery") || len(sent()) > 0 || !strings.Contains(failed.Hint(), "auth: plain") {
		t.Errorf("got %v, sent %q", err, sent())
	}
}

// Many servers keep a password as it was typed, where SCRAM has another form of
// it hashed. Before it is called wrong, it is tried once more as it is, where
// nobody can have meddled; that is one denial.
func TestPasswordAsTyped(t *testing.T) {
	const typed = "a\u00a0se\u00adcret \u2168" // "a secret IX" to SASLprep, RFC 4013 section 3
	verified := func(c Channel) Channel { return c }
	anybody := func(c Channel) Channel { c.Verified = false; return c }
	tests := []struct {
		name, offers, password string
		way                    func(Channel) Channel
		want                   string // mechanism; none where it fails
		begun                  []string
	}{
		{"shown", "SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN", typed, verified, "plain", []string{"SCRAM-SHA-256", "PLAIN"}},
		{"hidden", "SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5", typed, verified, "scram-sha-256", []string{"SCRAM-SHA-256", "SCRAM-SHA-256"}},
		{"nothing else", "SCRAM-SHA-256 SCRAM-SHA-1", typed, verified, "scram-sha-256", []string{"SCRAM-SHA-256", "SCRAM-SHA-256"}},
		{"TLS with anybody", "SCRAM-SHA-256 PLAIN", typed, anybody, "", []string{"SCRAM-SHA-256"}},
		{"wrong", "SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN", "wr\u00aang", verified, "", []string{"SCRAM-SHA-256", "PLAIN"}},
		{"wrong, and nothing else", "SCRAM-SHA-256", "wr\u00aang", verified, "", []string{"SCRAM-SHA-256", "SCRAM-SHA-256"}},
		{"wrong, and the same to SASLprep", "SCRAM-SHA-256 PLAIN", "wr\u00f6ng", verified, "", []string{"SCRAM-SHA-256"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := secured(t, only(authtest.AsItIs, test.offers), 0)
			s.Mechanisms["SCRAM-SHA-256"] = authtest.SCRAMAsIs(sha256.New)
			c, channel, sent := connectOver(t, s)
			s.SetUser("me", typed, nil)
			credentials := me()
			credentials.Password = knows(test.password)
			got, err := Login(t.Context(), c, credentials, test.way(channel))
			if err != nil {
				got = ""
			}
			if got != test.want {
				t.Errorf("got %q, %v", got, err)
			}
			if failed, ok := errors.AsType[*LoginError](err); err != nil && (!ok || !failed.Denied) {
				t.Errorf("%v is no denial", err)
			}
			var begun []string
			for _, line := range sent() {
				if mechanism, ok := strings.CutPrefix(line, "AUTH "); ok {
					name, _, _ := strings.Cut(mechanism, " ")
					begun = append(begun, name)
				}
			}
			if diff := cmp.Diff(test.begun, begun); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A server may say no by SCRAM's own words, which is a denial like any other.
func TestSCRAMDenial(t *testing.T) {
	for word, want := range map[string]bool{"invalid-proof": true, "unknown-user": true, "other-error": false} {
		s := secured(t, only(func(step int, message string) string {
			if step == 2 {
				return "e=" + word
			}
			return message
		}, "SCRAM-SHA-256 PLAIN"), 0)
		c, channel, sent := connectOver(t, s)
		_, err := Login(t.Context(), c, me(), channel)
		if failed, ok := errors.AsType[*LoginError](err); !ok || failed.Denied != want {
			t.Errorf("%s: %v", word, err)
		}
		if lines := strings.Join(sent(), "\n"); strings.Contains(lines, "PLAIN") {
			t.Errorf("sent %s", lines)
		}
	}
}

// A certificate of ours comes before any password, which then isn't asked for.
func TestExternal(t *testing.T) {
	s := secured(t, only(authtest.AsItIs, "EXTERNAL PLAIN"), 0)
	s.Mechanisms["EXTERNAL"] = func(_ *pop3d.Conn, accept func(string)) pop3d.Mechanism { return &sayer{accept} }
	c, channel, sent := connectOver(t, s)
	credentials := Credentials{User: "me", Certificate: true, Password: func(context.Context) (string, error) {
		t.Error("asked for a password")
		return "", nil
	}}
	if got, err := Login(t.Context(), c, credentials, channel); got != "external" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if diff := cmp.Diff([]string{"AUTH EXTERNAL bWU="}, sent()); diff != "" {
		t.Error(diff)
	}
}

// A sayer takes the client's word for who it is.
type sayer struct{ accept func(string) }

func (s *sayer) Next(response []byte) ([]byte, bool, error) {
	s.accept(string(response))
	return nil, true, nil
}

// RFC 5034, section 4: LOGIN and CRAM-MD5 let the server begin.
func TestNoInitialResponse(t *testing.T) {
	for _, name := range []string{"LOGIN", "CRAM-MD5"} {
		c, channel, sent := connectOver(t, secured(t, only(authtest.AsItIs, name), 0))
		if _, err := Login(t.Context(), c, me(), channel); err != nil {
			t.Error(err)
		}
		if sent()[0] != "AUTH "+name {
			t.Errorf("sent %q", sent())
		}
	}
}

// TestCRAM is the example of RFC 2195.
func TestCRAM(t *testing.T) {
	client, err := newCRAMMD5(key{offer: offer{Credentials: Credentials{User: "tim"}}, secret: "tanstaaftanstaaf"})
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Next([]byte("<1896.697170952@postoffice.reston.mci.net>"))
	if got := string(response); got != "tim b913a602c7eda7a495b4e6e7334d3890" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := client.Next(nil); err == nil {
		t.Error("answered twice")
	}
}

// A digest proves little, and is hidden all the same.
func TestDigestsAreHidden(t *testing.T) {
	s := only(authtest.AsItIs, "CRAM-MD5")
	s.Intercept = fault.When(fault.Verb("APOP"), func(c *pop3d.Conn, cmd pop3d.Command) bool {
		c.Refuse("no " + cmd.Arg)
		return true
	})
	c, channel, sent := connectOver(t, s)
	credentials := me()
	credentials.Mechanism = "apop"
	_, err := Login(t.Context(), c, credentials, channel)
	_, digest, _ := strings.Cut(strings.TrimPrefix(sent()[0], "APOP "), " ")
	if len(digest) != 32 || strings.Contains(err.Error(), digest) || !strings.Contains(err.Error(), `says "***"`) {
		t.Errorf("%q: %v", digest, err)
	}
	if refused, ok := errors.AsType[*pop3.Error](err); !ok || refused.Command != "APOP" {
		t.Errorf("got %v", err)
	}
	if encoded := base64.StdEncoding.EncodeToString([]byte(digest)); strings.Contains(err.Error(), encoded) {
		t.Errorf("got %v", err)
	}
}

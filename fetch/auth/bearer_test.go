package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/auth/authtest"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// tokens hands out these tokens in turn, and notes which were refused.
func tokens(refused *[]string, texts ...string) func(context.Context, string) (string, error) {
	return func(_ context.Context, old string) (string, error) {
		if old != "" {
			*refused = append(*refused, old)
		}
		if len(texts) == 0 {
			return "", errors.New("the provider hangs up")
		}
		text := texts[0]
		texts = texts[1:]
		return text, nil
	}
}

// A token that the server doesn't like is replaced by a fresh one, once.
func TestFreshToken(t *testing.T) {
	const reason = `AUTH refused: the server says "[AUTH] user name or password is wrong" ("status 401, scope https://mail.example.org/")`
	tests := []struct {
		name    string
		texts   []string
		want    string
		refused []string
	}{
		{"good", []string{"token of me"}, "", nil},
		{"old", []string{"stale", "token of me"}, "", []string{"stale"}},
		{"no better", []string{"stale", "stale", "token of me"}, reason, []string{"stale"}},
		{"both bad", []string{"stale", "worse", "token of me"}, reason, []string{"stale"}},
		{"no other", []string{"stale"}, reason, []string{"stale"}},
		{"none at all", nil, "the provider hangs up", nil},
	}
	for _, mechanism := range []string{"xoauth2", "oauthbearer"} {
		for _, test := range tests {
			t.Run(mechanism+" "+test.name, func(t *testing.T) {
				c, channel, _ := connectOver(t, secured(t, only(authtest.AsItIs, mechanism), 0))
				var refused []string
				credentials := Credentials{User: "me", Token: tokens(&refused, test.texts...)}
				_, err := Login(t.Context(), c, credentials, channel)
				got := ""
				if err != nil {
					got = strings.TrimPrefix(err.Error(), "login by "+mechanism+": ")
				}
				if diff := cmp.Diff([]any{test.want, test.refused}, []any{got, refused}); diff != "" {
					t.Error(diff)
				}
				if failed, ok := errors.AsType[*LoginError](err); ok && !strings.Contains(failed.Hint(), "popfetch login") {
					t.Errorf("the hint is %s", failed.Hint())
				}
			})
		}
	}
}

// XOAUTH2 goes in one line where it fits, and in two steps where it doesn't or
// where the one line is refused, as Microsoft does.
func TestXOAUTH2Forms(t *testing.T) {
	long := strings.Repeat("x", 3000)
	inOne := fault.When(func(_ *pop3d.Conn, cmd pop3d.Command) bool {
		return cmd.Verb == "AUTH" && strings.Contains(cmd.Arg, " ")
	}, fault.Refuse("protocol error"))
	encoded := func(token string) string {
		return base64.StdEncoding.EncodeToString([]byte("user=me\x01auth=Bearer " + token + "\x01\x01"))
	}
	tests := []struct {
		name, token string
		harm        pop3d.Intercept
		sent        []string
	}{
		{"short", "short", nil, []string{"AUTH XOAUTH2 " + encoded("short")}},
		{"long", long, nil, []string{"AUTH XOAUTH2", encoded(long)}},
		{"refused in one line", "short", inOne, []string{"AUTH XOAUTH2 " + encoded("short"), "AUTH XOAUTH2", encoded("short")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := secured(t, only(authtest.AsItIs, "XOAUTH2"), 0)
			s.Mechanisms["XOAUTH2"] = authtest.XOAUTH2(func(_, token string) bool { return token == test.token })
			s.Intercept = test.harm
			c, channel, sent := connectOver(t, s)
			var refused []string
			credentials := Credentials{User: "me", Token: tokens(&refused, test.token)}
			if got, err := Login(t.Context(), c, credentials, channel); got != "xoauth2" || err != nil {
				t.Errorf("got %q, %v", got, err)
			}
			if diff := cmp.Diff(test.sent, sent()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A server that doesn't look at what comes with the command asks for it.
func TestTokenAskedFor(t *testing.T) {
	for _, mechanism := range []string{"XOAUTH2", "OAUTHBEARER"} {
		s := secured(t, only(authtest.AsItIs, mechanism), 0)
		s.Intercept = fault.When(fault.Verb("AUTH"), func(c *pop3d.Conn, cmd pop3d.Command) bool {
			_, initial, _ := strings.Cut(cmd.Arg, " ")
			c.Reply("+ ")
			if line, err := c.ReadLine(); err == nil && line == initial {
				c.Login("me")
			} else {
				c.Refuse("no")
			}
			return true
		})
		c, channel, _ := connectOver(t, s)
		var refused []string
		if _, err := Login(t.Context(), c, Credentials{User: "me", Token: tokens(&refused, "token")}, channel); err != nil {
			t.Errorf("%s: %v", mechanism, err)
		}
	}
}

// What the server gives for a reason may be anything, even the token itself.
func TestReasons(t *testing.T) {
	const token = "the very secret token"
	tests := []struct{ reason, want string }{
		{`{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}`, `"status 400, scope https://mail.google.com/"`},
		{`{"status":"invalid_token"}`, `"status invalid_token"`},
		{`{"status":401}`, `"{\"status\":401}"`},
		{`not JSON`, `"not JSON"`},
		{"\x1b[2J", `"\x1b[2J"`},
		{`{"status":"` + token + `"}`, `"***"`},
		{`no ` + token, `"***"`},
		{`no ` + base64.StdEncoding.EncodeToString([]byte(token)), `"***"`},
		{strings.Repeat("x", 9000), `"` + strings.Repeat("x", 400) + `"`},
	}
	for _, test := range tests {
		s := secured(t, only(authtest.AsItIs, "XOAUTH2"), 0)
		s.Intercept = fault.When(fault.Verb("AUTH"), func(c *pop3d.Conn, _ pop3d.Command) bool {
			c.Reply("+ " + base64.StdEncoding.EncodeToString([]byte(test.reason)))
			if line, err := c.ReadLine(); err != nil || line != "" {
				t.Errorf("the client answers %q, %v", line, err)
			}
			c.Refuse("no")
			return true
		})
		c, channel, _ := connectOver(t, s)
		var refused []string
		_, err := Login(t.Context(), c, Credentials{User: "me", Token: tokens(&refused, token)}, channel)
		want := fmt.Sprintf(`login by xoauth2: AUTH refused: the server says "no" (%s)`, test.want)
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// A server may go on asking for reasons of its own.
func TestReasonsWithoutEnd(t *testing.T) {
	s := secured(t, only(authtest.AsItIs, "XOAUTH2"), 0)
	s.Intercept = fault.When(fault.Verb("AUTH"), func(c *pop3d.Conn, _ pop3d.Command) bool {
		for line := ""; line != "*"; {
			c.Reply("+ e30=")
			var err error
			if line, err = c.ReadLine(); err != nil {
				return true
			}
		}
		c.Refuse("cancelled")
		return true
	})
	c, channel, sent := connectOver(t, s)
	var refused []string
	_, err := Login(t.Context(), c, Credentials{User: "me", Token: tokens(&refused, "token")}, channel)
	if _, ok := errors.AsType[*LoginError](err); !ok || len(sent()) > 6 {
		t.Errorf("got %v, sent %q", err, sent())
	}
}

// The user's name is no way to put something into the response.
func TestBearerFields(t *testing.T) {
	for _, mechanism := range []string{"xoauth2", "oauthbearer"} {
		c, channel, sent := connectOver(t, secured(t, only(authtest.AsItIs, mechanism), 0))
		var refused []string
		credentials := Credentials{User: "me\x01auth=Bearer x", Token: tokens(&refused, "token"), Mechanism: mechanism}
		if _, err := Login(t.Context(), c, credentials, channel); err == nil || len(sent()) > 0 {
			t.Errorf("%v, sent %q", err, sent())
		}
	}
	client, err := newOAuthBearer(key{
		offer:  offer{Channel: Channel{Host: "h", Port: 995}, Credentials: Credentials{User: "a=b,c"}},
		secret: "t",
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, got, _ := client.Start(); string(got) != "n,a=a=3Db=2Cc,\x01host=h\x01port=995\x01auth=Bearer t\x01\x01" {
		t.Errorf("got %q", got)
	}
}

package authtest

import (
	"bytes"
	"errors"
	"strings"

	"popfetch/fetch/pop3/pop3d"
)

// XOAUTH2 lets in whoever shows a token that valid says is the user's, as
// Google documents it.
func XOAUTH2(valid func(user, token string) bool) Begin {
	return beginBearer(valid, "user=", "", "")
}

// OAuthBearer is OAUTHBEARER, RFC 7628.
func OAuthBearer(valid func(user, token string) bool) Begin {
	return beginBearer(valid, "n,a=", ",", "\x01")
}

// beginBearer tells who isn't let in why, and refuses once that was noted.
func beginBearer(valid func(user, token string) bool, before, after, noted string) Begin {
	refuse := func(response []byte) ([]byte, step, error) {
		if string(response) != noted {
			return nil, nil, errors.New("authtest: the client takes no note of the reason")
		}
		return nil, nil, errRefused
	}
	return func(_ *pop3d.Conn, accept func(string)) pop3d.Mechanism {
		return askFirst("", func(response []byte) ([]byte, step, error) {
			first, rest, _ := bytes.Cut(response, []byte("\x01"))
			name, isName := strings.CutPrefix(string(first), before)
			_, token, isToken := strings.Cut("\x01"+string(rest), "\x01auth=Bearer ")
			token, isWhole := strings.CutSuffix(token, "\x01\x01")
			name = strings.NewReplacer("=3D", "=", "=2C", ",").Replace(strings.TrimSuffix(name, after))
			if isName && isToken && isWhole && valid(name, token) {
				accept(name)
				return nil, nil, nil
			}
			return []byte(`{"status":"401","schemes":"bearer","scope":"https://mail.example.org/"}`), refuse, nil
		})
	}
}

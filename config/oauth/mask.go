package oauth

import (
	"encoding/base64"
	"net/url"
	"strconv"

	"popfetch/config/secret/conceal"
)

// maxWords is how much of what the provider says goes into an error, and maxSearched
// how much of it is searched: a secret that is cut is one all the same.
const maxWords, maxSearched = 200, 1200

// quoteWords makes words of the provider fit to be shown. They are hidden where a secret is
// in them, before they are cut, so that no cut leaves half of one.
func (r *request) quoteWords(words string) string {
	words = r.newConcealer().Shown(words[:min(len(words), maxSearched)])
	return strconv.Quote(words[:min(len(words), maxWords)])
}

// newConcealer knows every secret that is known, and how the header has the client's.
func (r *request) newConcealer() *conceal.Concealer {
	c := conceal.New(r.account.Login, r.account.ClientID)
	for _, known := range r.secrets {
		c.Add(known)
	}
	if client := r.account.ClientSecret.Reveal(); client != "" {
		c.Add(client)
		// RFC 6749, section 2.3.1
		login := url.QueryEscape(r.account.ClientID) + ":" + url.QueryEscape(client)
		c.AddWhole(base64.StdEncoding.EncodeToString([]byte(login)))
	}
	return c
}

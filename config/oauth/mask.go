package oauth

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxWords is how much of what the provider says goes into an error.
const maxWords = 200

// quote makes words of the provider fit to be shown. They are masked before
// they are cut, so that no cut leaves half a secret.
func (r *request) quote(words string) string {
	words = r.mask(words)
	return strconv.Quote(words[:min(len(words), maxWords)])
}

// mask hides every secret that is known, however it was sent.
func (r *request) mask(text string) string {
	client := r.account.ClientSecret.Reveal()
	if client != "" {
		// As the header has it (RFC 6749, section 2.3.1).
		login := url.QueryEscape(r.account.ClientID) + ":" + url.QueryEscape(client)
		text = strings.ReplaceAll(text, base64.StdEncoding.EncodeToString([]byte(login)), "***")
	}
	for _, known := range append(slices.Clip(r.secrets), client) {
		if known == "" {
			continue
		}
		text = strings.NewReplacer(
			known, "***",
			url.QueryEscape(known), "***",
			base64.StdEncoding.EncodeToString([]byte(known)), "***",
			base64.RawStdEncoding.EncodeToString([]byte(known)), "***",
			base64.RawURLEncoding.EncodeToString([]byte(known)), "***",
		).Replace(text)
	}
	return text
}

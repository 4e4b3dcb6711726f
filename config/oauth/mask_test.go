package oauth

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"popfetch/config/secret"
)

// What a provider says is hidden, however it writes a secret.
func TestQuote(t *testing.T) {
	const refresh, client = "refresh-TOKEN-abcdefghij", "s3cr3t-client-value"
	r := (&Account{Settings: Settings{ClientID: "popfetch-client", ClientSecret: secret.New(client), Login: "me@example.org"}}).newRequest("renewal", refresh)
	for _, known := range []string{refresh, client} {
		for _, words := range []string{
			known, strings.ToUpper(known), known[:len(known)-2], known[3:], hex.EncodeToString([]byte(known)),
			base64.StdEncoding.EncodeToString([]byte("x:" + known)), base32.StdEncoding.EncodeToString([]byte(known)),
			strings.Join(strings.Split(known, ""), " "), strings.Repeat("x", maxWords-3) + known,
		} {
			if got := r.quoteWords("no: " + words); got != `"***"` {
				t.Errorf("got %s", got)
			}
		}
	}
	for _, words := range []string{"invalid_grant", "Token has been expired or revoked.", "popfetch-client may not log in me@example.org", ""} {
		if got := r.quoteWords(words); got != `"`+words+`"` {
			t.Errorf("%q: got %s", words, got)
		}
	}
}

// Package oauth signs an account in at its provider, and keeps and renews the
// access token that the mail server takes in the place of a password.
//
// It goes by
//
//   - RFC 6749, OAuth 2.0: the grants authorization_code and refresh_token
//   - RFC 6750, what a bearer token may look like
//   - RFC 7636, PKCE, with S256
//   - RFC 8252, native apps: the browser comes back to a port of the loopback
//   - RFC 8628, the device code, for a browser on another machine
//
// Its words: the provider is who gives tokens out; to sign in is to let a
// person tell the provider that popfetch may read the mail; the access token
// is shown to the mail server and lasts about an hour; the refresh token buys
// the next access token; both are kept together, in the keyring or, where
// there is none, in a file; a rotated refresh token is one whose use made the
// provider give out another.
//
// Its one rule: a refresh token is never used by two runs at once, nor before
// it's sure that the next can be kept, and what came for it is kept before
// anybody sees the access token. A provider that rotates takes a second use
// for a theft, and a lost answer locks the account out.
package oauth

// Package oauthtest is a small authorization server in memory, so that a test
// can sign in without a provider.
//
//	server := oauthtest.Start(t, oauthtest.Rules{User: "me@example.org"})
//	account.AuthURL, account.TokenURL = server.AuthURL(), server.TokenURL()
//
// It speaks
//
//   - RFC 6749: the authorization endpoint, and the token endpoint with the
//     grants authorization_code and refresh_token
//   - RFC 7636, PKCE, which it demands, with S256
//   - RFC 7662, introspection, for a mail server that is shown an access token
//   - RFC 8628, the device code
//
// Its words: the [Rules] say how the server behaves and may be changed while
// it runs; a person is never asked, since the rules say whether one approves;
// an intercept sees a request before the server does and may answer in its
// place; a [Request] is one that was made.
//
// Its one rule: left alone, the server goes by the book. Whatever it does
// wrong was asked for by an intercept, so a test that sees a fault can also
// read it.
package oauthtest

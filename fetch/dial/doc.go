// Package dial makes the connection to a server: TCP, directly or through a
// SOCKS5 proxy (RFC 1928, with the login of RFC 1929), and TLS from the start or
// later.
//
// Its one rule: TLS is verified unless the account says otherwise, and when
// that fails the error says which of name, date, issuer or pin was wrong.
//
// A proxy learns the server's name, which it looks up, and no more: TLS is
// between us and the server, and verified as without a proxy. Where there is no
// TLS, the proxy reads all, and so no server behind one counts as this machine.
//
// What crypto/tls no longer does by default, an account may allow again for an
// old server (Legacy), and the error of such a server names the key. Names are
// written as people write them, and put into ASCII (IDNA) for DNS and TLS.
//
// TLS sessions are not resumed: with TLS 1.3 that saves no round trip, and what
// it needs from one run to the next would be a secret on the disk.
package dial

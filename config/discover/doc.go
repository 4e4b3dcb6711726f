// Package discover finds the POP3 server of a mail address.
//
// It goes by
//
//   - RFC 6186, SRV records that name the mail servers of a domain
//   - RFC 8314, TLS from the first byte is preferred, and no TLS is not offered
//   - the autoconfiguration that Thunderbird reads: a page of the domain, and
//     the ISPDB, Mozilla's collection of such pages
//   - RFC 5890 to 5892, names of domains that aren't ASCII
//
// The sources are asked in this order, and none before the person wants more
// than the ones before it found:
//
//  1. the providers that popfetch knows, by the domain
//  2. the domain's SRV records
//  3. the known providers again, by the domain's MX records: whoever has a
//     domain of one's own seldom has a mail server of one's own
//  4. the domain's own autoconfiguration, which is told the address
//  5. the ISPDB, which is told the domain; [Options] can leave it out
//  6. the names that such servers mostly have, if they answer
//  7. what 4 and 5 named without TLS
//
// What the domain itself says (2) comes before what its MX records suggest (3),
// since those may name a filter in front of the mail server. 4 comes after
// both, since it's slow and tells another machine who is asking.
//
// Its words: a provider is somebody who runs the mail servers of many people;
// a candidate is a server that one source names; it is found when it's known
// or answered; a foreign one is outside of the address's domain with nothing
// but unprotected DNS to vouch for it, and for a person to confirm (RFC 6186,
// section 6).
//
// What a source's word is worth: 1 is popfetch's own, and 4 and 5 come by HTTPS
// from the domain or from Mozilla. DNS, which is 2, 3 and the host of the MX
// record among 6, can be answered by anybody on the way. So it may only name hosts
// of the domain, which prove by their certificates that they are. A known provider
// is foreign like any other: the password of one is nothing for the next.
//
// Its one rule: whatever the network answers ends as the name of a host, a port
// and a login, each of them checked to be nothing else, with words of ours
// about it. A candidate without TLS comes after all that have it, and never
// without a note.
package discover

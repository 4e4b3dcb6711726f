// Package discovertest is a name server and a web server on the loopback, so
// that a test can look for a mail server without the internet.
//
//	dns := discovertest.StartDNS(t, "_pop3s._tcp.example.org SRV 0 1 995 pop.example.org")
//	web := discovertest.StartWeb(t)
//	web.ServeText("autoconfig.example.org/mail/config-v1.1.xml", page)
//	options := &discover.Options{Resolver: dns.Resolver(), Transport: web.Transport()}
//
// Its words: a record is a line of text, as in a zone file but short; a fault
// is a record of a type that no zone has; a page has an address without the
// https://.
//
// Its one rule: what isn't given isn't there. A name without a record doesn't
// exist, a host without a page can't be reached, and no test leaves the machine.
package discovertest

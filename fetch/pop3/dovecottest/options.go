package dovecottest

import "strings"

// Option changes how an instance is set up; see [Start].
type Option func(*settings)

// settings is what the options change, with the values of a usual provider to begin with.
type settings struct {
	mechanisms string
	uidlFormat string
	lmtp       bool
	extra      []string
	files      map[string][]byte      // in the instance's home; homeMark stands for it in extra
	freePorts  func() ([2]int, error) // Overridden by test.
}

// defaultSettings returns the settings of an instance that was asked for nothing special.
func defaultSettings() settings {
	return settings{
		mechanisms: "plain login",
		uidlFormat: "%08Xu%08Xv",
		files:      map[string][]byte{},
		freePorts:  freePorts,
	}
}

// WithMechanisms sets the SASL mechanisms the server offers, in Dovecot's spelling ("plain",
// "scram-sha-256", "apop"), in place of plain and login. The USER command works as long as plain
// is among them.
func WithMechanisms(names ...string) Option {
	return func(s *settings) { s.mechanisms = strings.Join(names, " ") }
}

// WithUIDLFormat sets how the server makes a message's UID (pop3_uidl_format). "%f" is the name of
// the file and survives a new UIDVALIDITY, "%g" is the GUID; Dovecot's own default is %08Xu%08Xv.
func WithUIDLFormat(format string) Option {
	return func(s *settings) { s.uidlFormat = format }
}

// WithLMTP has the server take mail, too, at [Server.LMTPSocket]. The test is skipped, or fails, where
// Dovecot's LMTP server isn't installed, which is a package of its own.
func WithLMTP() Option {
	return func(s *settings) {
		s.lmtp = true
		s.extra = append(s.extra,
			"protocols = pop3 lmtp",
			"service lmtp {", "unix_listener lmtp {", "mode = 0600", "}", "}")
	}
}

// homeMark stands for the instance's home in lines that are added to the configuration.
const homeMark = "{home}"

// WithClientCertificates has the server ask for a certificate, which this authority (PEM) must have
// signed, and take its common name for the user's: EXTERNAL, which needs to be among the
// mechanisms, lets that user in.
func WithClientCertificates(authority []byte) Option {
	return func(s *settings) {
		s.files["client-ca.pem"] = authority
		s.extra = append(s.extra,
			"ssl_ca = <"+homeMark+"/client-ca.pem", "ssl_verify_client_cert = yes", "ssl_require_crl = no",
			"auth_ssl_username_from_cert = yes",
			"passdb {", "driver = static", "mechanisms = external", "args = nopassword=y", "}")
	}
}

// WithIntrospection has the server ask at this address (RFC 7662) whether an access token is good
// and whose it is, for OAUTHBEARER and XOAUTH2, which need to be among the mechanisms.
func WithIntrospection(url string) Option {
	return func(s *settings) {
		s.files["oauth2.conf"] = []byte("introspection_mode = post\nintrospection_url = " + url + "\n" +
			"username_attribute = username\nactive_attribute = active\nactive_value = true\n")
		s.extra = append(s.extra,
			"passdb {", "driver = oauth2", "mechanisms = xoauth2 oauthbearer", "args = "+homeMark+"/oauth2.conf", "}")
	}
}

// WithConfig adds lines at the end of the configuration, where they win over what stands before.
func WithConfig(lines ...string) Option {
	return func(s *settings) { s.extra = append(s.extra, lines...) }
}

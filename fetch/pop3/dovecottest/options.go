package dovecottest

import "strings"

// Option changes how an instance is set up; see [Start].
type Option func(*settings)

// settings is what the options change, with the values of a usual provider to begin with.
type settings struct {
	mechanisms string
	uidlFormat string
	extra      []string
	freePorts  func() ([2]int, error) // Overridden by test.
}

// defaults returns the settings of an instance that was asked for nothing special.
func defaults() settings {
	return settings{
		mechanisms: "plain login",
		uidlFormat: "%08Xu%08Xv",
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

// WithConfig adds lines at the end of the configuration, where they win over what stands before.
func WithConfig(lines ...string) Option {
	return func(s *settings) { s.extra = append(s.extra, lines...) }
}

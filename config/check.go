package config

import (
	"slices"
	"strings"
)

// checkExclusive reports the keys of which only one may be there. It looks at the
// keys of one map: between an account and the defaults, the account wins.
func (d *decoder) checkExclusive(fields []field) {
	for _, group := range groups {
		var first string
		for _, f := range fields {
			switch {
			case !slices.Contains(group, f.name):
			case first == "":
				first = f.name
			default:
				f.reportProblem("there is "+first+" already", "give only one of "+strings.Join(group, ", "))
			}
		}
	}
	for _, f := range fields {
		if f.name == "lmtp_recipient" && slices.ContainsFunc(fields, field.hasRecipient) {
			f.reportProblem("there is recipient in lmtp already", "give only one of them")
		}
	}
}

// needs are the keys that an account can't do without: one of each set.
var needs = []struct {
	oneOf      []string
	text, hint string
}{
	{[]string{"server"}, "no server", "give host or host:port"},
	{[]string{"user"}, "no user", "give the name to log in with"},
	{Kinds, "no destination", "give one of " + strings.Join(Kinds, ", ")},
}

// checkAccount reports what is missing in an account, and keys that contradict or
// need each other. Place is where the account stands in the file, own are the
// keys that it names, all those that it has.
func (d *decoder) checkAccount(a *Account, place Problem, own, all []field) {
	for _, need := range needs {
		if !slices.ContainsFunc(all, isOneOf(need.oneOf)) {
			place.Text, place.Hint = need.text, need.hint
			d.addProblem(place)
		}
	}
	switch {
	case !hasField(all, LMTP):
		a.Mailbox.Recipient = "" // It was inherited, perhaps, by an account with another destination.
	case !hasField(all, "lmtp_recipient") && !slices.ContainsFunc(all, field.hasRecipient):
		place.Text, place.Hint = "no lmtp_recipient", "give the address to deliver to"
		d.addProblem(place)
	}
	for _, f := range own {
		switch {
		case f.merged:
		case strings.HasPrefix(f.name, "tls_") && f.name != "tls_insecure" && a.TLS.Mode == TLSNone:
			f.reportProblem("nothing without TLS", "leave it out, or choose tls: implicit or tls: starttls")
		default:
			findKey(accountKeys, f.name).checkCompany(f, all)
		}
	}
}

// isOneOf returns the test whether a field has one of these names.
func isOneOf(names []string) func(field) bool {
	return func(f field) bool { return slices.Contains(names, f.name) }
}

// hasField reports whether a field has this name.
func hasField(fields []field, name string) bool {
	return slices.ContainsFunc(fields, isOneOf([]string{name}))
}

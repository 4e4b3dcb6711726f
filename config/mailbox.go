package config

import (
	"path/filepath"
	"slices"
	"strings"
)

// A Mailbox is where an account's mail goes. An account made from a URL has none.
type Mailbox struct {
	Kind  string // one of Kinds; empty: there is none
	Place string // a folder, a file, a shell command, or a server: host:port, or the path of a socket

	// Of a server.
	Recipient string
	Security  string // starttls, none, or empty: starttls unless the server is this machine
	TLS       TLS    // whom to trust; its Mode says nothing
}

// The kinds of mailbox, as the keys that name them.
const (
	Maildir = "maildir"
	MBox    = "mbox"
	Pipe    = "pipe"
	LMTP    = "lmtp"
)

// Kinds are all kinds of mailbox.
var Kinds = namesInGroup(mailboxKeys, ofMailbox)

// mailboxKeys are the keys that say where the mail goes.
var mailboxKeys = []key[Mailbox]{
	{
		name: Maildir, oneOf: ofMailbox,
		help: "one of them: a folder, a file, a command of the shell, or a server of LMTP (`host:port`, or the path of a socket) " +
			"with `lmtp_recipient`, or as a map of `server`, `recipient`, `tls` (`starttls`; `none`, which is the default to this machine only) " +
			"and any `tls_…` key of an account",
		try: "/mail", set: func(f field, m *Mailbox) { m.Kind = Maildir; f.readPath(&m.Place) },
	},
	{name: MBox, oneOf: ofMailbox, try: "/mbox", set: func(f field, m *Mailbox) { m.Kind = MBox; f.readPath(&m.Place) }},
	{name: Pipe, oneOf: ofMailbox, try: "cat >$HOME/x", set: func(f field, m *Mailbox) { m.Kind = Pipe; f.readCommand(&m.Place) }},
	{name: LMTP, oneOf: ofMailbox, try: "localhost:24", set: setLMTP},
	{
		name: "lmtp_recipient", help: "whose mail it is to the server of LMTP", needs: LMTP, alone: "a recipient without lmtp",
		try: "me@example.org", set: func(f field, m *Mailbox) { readValue(f, &m.Recipient, parseRecipient) },
	},
}

// lmtpSecurities are the values of tls in lmtp.
var lmtpSecurities = []string{"starttls", "none"}

// lmtpKeys are the keys inside lmtp.
var lmtpKeys = slices.Concat(
	[]key[Mailbox]{
		{name: "server", set: func(f field, m *Mailbox) { f.readSocket(&m.Place) }},
		{name: "recipient", set: func(f field, m *Mailbox) { readValue(f, &m.Recipient, parseRecipient) }},
		{name: "tls", set: func(f field, m *Mailbox) { readValue(f, &m.Security, oneOf(lmtpSecurities)) }},
	},
	keysWithin(func(m *Mailbox) *TLS { return &m.TLS }, tlsKeys),
)

// setLMTP reads the server alone, or the map of lmtp. The recipient may have come from
// lmtp_recipient, or come from there later.
func setLMTP(f field, m *Mailbox) {
	lmtp := Mailbox{Kind: LMTP, Recipient: m.Recipient}
	if !f.value.isMap() {
		f.readSocket(&lmtp.Place)
		*m = lmtp
		return
	}
	inside, ok := f.decoder.readFields(f.account, f.key+".", f.value, namesOf(lmtpKeys))
	if !ok {
		return
	}
	inside = givenFields(inside)
	setAll(lmtpKeys, inside, &lmtp)
	if !hasField(inside, "server") {
		f.reportProblem("no server", "give server: host:port, or the path of a socket")
	}
	lmtp.checkTLS(inside)
	*m = lmtp
}

// checkTLS reports what contradicts, and fills in what follows. Whoever says whom to
// trust wants TLS.
func (m *Mailbox) checkTLS(inside []field) {
	isSocket := filepath.IsAbs(m.Place)
	for _, f := range inside {
		switch {
		case f.name == "tls" && m.Security == "starttls" && isSocket:
			f.reportProblem("no TLS over a socket, which never leaves this machine", "leave it out")
		case !strings.HasPrefix(f.name, "tls_"):
		case isSocket:
			f.reportProblem("nothing over a socket, which has no TLS", "leave it out")
		case m.Security == "none":
			f.reportProblem("nothing without TLS", "leave it out, or choose tls: starttls")
		default:
			findKey(lmtpKeys, f.name).checkCompany(f, inside)
			if !hasField(inside, "tls") {
				m.Security = "starttls"
			}
		}
	}
	m.TLS.complete()
}

// hasRecipient reports whether the field is an lmtp with a recipient in it.
func (f field) hasRecipient() bool {
	if f.name != LMTP || !f.value.isMap() {
		return false
	}
	entries, _ := f.value.mapEntries()
	return slices.ContainsFunc(entries, func(e entry) bool { return e.key == "recipient" })
}

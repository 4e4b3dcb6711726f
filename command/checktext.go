package command

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"popfetch/command/term"
)

// labelWidth is how much room check's labels have.
const labelWidth = 13

// printFindings prints what was found about an account, line by line.
func (p *program) printFindings(f findings) {
	say := func(label, format string, args ...any) {
		p.PrintResult("%s: %-*s%s", f.Account, labelWidth, label, term.Clean(fmt.Sprintf(format, args...)))
	}
	say("server", "%s", f.Server)
	if f.account.Proxy != nil {
		say("proxy", "%s", f.account.Proxy.Address)
	}
	if addresses := f.addressText(); addresses != "" {
		say("addresses", "%s", addresses)
	}
	if f.TLS != nil {
		leaf := f.state.PeerCertificates[0]
		say("TLS", "%s, %s", f.TLS.Version, f.TLS.Cipher)
		say("certificate", "%s, issued by %s", cutText(f.shown(ownerOf(leaf))), cutText(f.shown(leaf.Issuer.String())))
		say("valid", "%s to %s", leaf.NotBefore.Format(time.DateOnly), leaf.NotAfter.Format(time.DateOnly))
		say("fingerprint", "%s", f.TLS.Fingerprint)
	}
	if f.Auth == nil {
		return
	}
	say("login", "%s by %s", f.account.User, *f.Auth)
	say("offers", "%s", f.offeredText())
	if gain := f.gainedText(); gain != "" {
		say("after login", "%s", gain)
	}
	if f.Messages != nil {
		say("maildrop", "%s, %d new", f.countText(), *f.New)
	}
	if f.Messages != nil && *f.Messages > 0 {
		say("UIDs", "%s", f.uids)
	}
	say("mailbox", "%s", f.Mailbox)
	say("sandbox", "%s", p.sandboxText(f.account))
}

// countText tells how many messages there are, and how large if the server says.
func (f findings) countText() string {
	if f.Bytes == nil {
		return term.FormatCount(*f.Messages, "message")
	}
	return term.FormatCount(*f.Messages, "message") + " (" + term.FormatSize(*f.Bytes) + ")"
}

// maxAddresses bounds how many addresses of a server are shown.
const maxAddresses = 6

// addressText tells the addresses of the server, with the one that was
// connected to in front.
func (f findings) addressText() string {
	addresses := slices.DeleteFunc(slices.Clone(f.addresses), func(a string) bool { return a == f.remote })
	if f.remote != "" && len(f.addresses) > 0 {
		addresses = append([]string{f.remote + " (connected)"}, addresses...)
	}
	if more := len(addresses) - maxAddresses; more > 0 {
		addresses = append(addresses[:maxAddresses], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(addresses, ", ")
}

// offeredText is what the server said before the login that it can do.
func (f findings) offeredText() string {
	if f.before == nil {
		return "it doesn't say (no CAPA)"
	}
	return strings.Join(f.shownLines(f.before), ", ")
}

// gainedText is what the server can do only since the login.
func (f findings) gainedText() string {
	if f.before == nil { // it wasn't asked again
		return ""
	}
	had := f.shownLines(f.before)
	return strings.Join(slices.DeleteFunc(f.shownLines(f.after), func(line string) bool { return slices.Contains(had, line) }), ", ")
}

// String tells how healthy the UIDs are.
func (u uidFindings) String() string {
	if u == (uidFindings{}) {
		return "all of them proper"
	}
	return fmt.Sprintf("%d twice, %d empty, %d too long, %d unprintable", u.twice, u.empty, u.long, u.unprintable)
}

// cutText shortens what a certificate says.
func cutText(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

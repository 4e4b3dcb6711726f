package command

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"popfetch/command/term"
	"popfetch/config"
	"popfetch/config/secret"
	"popfetch/fetch/pop3"
	"popfetch/fetch/rule"
	"popfetch/store/ledger"
)

// An advice is something that isn't as it should be, and what to do. It keeps
// no mail from being fetched.
type advice struct {
	label string // warning, or note where nothing is wrong
	text  string
	hint  string
}

// colour is that of a warning; a note has none.
func (a advice) colour() string {
	if a.label == "warning" {
		return term.Yellow
	}
	return ""
}

func newWarning(hint, format string, args ...any) advice {
	return advice{"warning", fmt.Sprintf(format, args...), hint}
}

func newNote(hint, format string, args ...any) advice {
	return advice{"note", fmt.Sprintf(format, args...), hint}
}

// printAdvice prints each advice, with the way out below it: on stdout as a part of
// what was asked for, or on stderr.
func (p *program) printAdvice(account string, onStderr bool, all []advice) {
	for _, a := range all {
		for _, line := range []struct{ colour, text string }{{a.colour(), a.label + ": " + a.text}, {"", "hint: " + a.hint}} {
			switch {
			case !onStderr:
				p.PrintLine(p.Out, line.colour, account+": "+term.Clean(line.text))
			case !p.Quiet:
				p.PrintLine(p.Err, line.colour, term.LinePrefix(account)+term.Clean(line.text))
			}
		}
	}
}

// allAdvice is what to say to what was found.
func (f findings) allAdvice(now time.Time) []advice {
	if f.Auth == nil {
		return nil
	}
	return slices.Concat(f.adviceOnTLS(now), f.adviceOnServer(), f.adviceOnMail())
}

// certificateSoon is how long before its end a certificate is worth a word.
const certificateSoon = 14 * 24 * time.Hour

func (f findings) adviceOnTLS(now time.Time) (all []advice) {
	if f.state == nil {
		hint := "set tls: implicit or tls: starttls"
		if f.before.Has(pop3.CapSTLS) {
			hint = "the server offers it: set tls: starttls"
		}
		return []advice{newWarning(hint, "no TLS: anybody on the way can read %s", f.inTheClear())}
	}
	leaf := f.state.PeerCertificates[0]
	days := int(leaf.NotAfter.Sub(now).Hours() / 24)
	switch {
	case now.After(leaf.NotAfter):
		all = append(all, newWarning("its owner should renew it", "the certificate ended on %s", leaf.NotAfter.Format(time.DateOnly)))
	case now.Add(certificateSoon).After(leaf.NotAfter):
		all = append(all, newWarning("its owner should renew it", "the certificate ends in %s", term.FormatCount(days, "day")))
	}
	if trust := f.account.TLS; trust.Insecure && len(trust.Fingerprints) == 0 {
		all = append(all, newWarning("in its place, this trusts exactly the certificate above: tls_fingerprint: "+f.TLS.Fingerprint, insecure))
	}
	if f.state.Version < tls.VersionTLS12 {
		all = append(all, newWarning("ask its owner for TLS 1.2 or later", "%s is out of use since RFC 8996", f.TLS.Version))
	}
	return slices.Concat(all, adviceOnLegacy(f.account), f.adviceOnAge())
}

// inTheClear is what somebody on the way can read without TLS.
func (f findings) inTheClear() string {
	if slices.Contains([]string{"plain", "login", "user", "oauthbearer", "xoauth2"}, *f.Auth) {
		return "the mail and the password"
	}
	return "the mail"
}

// adviceOnServer tells what it means that the server can't do something, as
// far as it says.
func (f findings) adviceOnServer() (all []advice) {
	if !f.asked {
		return nil
	}
	if f.after == nil {
		return []advice{newNote("if it pipelines all the same, set pipelining: on", "the server doesn't tell what it can do (no CAPA): one round trip for each message")}
	}
	if !f.after.Has(pop3.CapUIDL) {
		all = append(all, newNote("nothing to set: messages are told apart by their headers, or else by all of them",
			"the server announces no UIDL: without UIDs a sync takes longer"))
	}
	if !f.after.Has(pop3.CapTop) {
		all = append(all, newNote("nothing to set: list --no-headers spares the attempt",
			"the server announces no TOP: list may have no date, from and subject"))
	}
	if !f.after.Has(pop3.CapPipelining) && f.account.Pipelining != config.PipeliningOn {
		all = append(all, newNote("if it pipelines all the same, set pipelining: on",
			"the server announces no PIPELINING: one round trip for each message"))
	}
	if delay := f.numericParameter(pop3.CapLoginDelay); delay > 0 && f.account.MinInterval < time.Duration(delay)*time.Second {
		all = append(all, newNote(fmt.Sprintf("nothing to set: it is heeded; min_interval: %ds says the same", delay),
			"the server wants %s between two logins (LOGIN-DELAY)", term.FormatCount(delay, "second")))
	}
	return append(all, f.adviceOnExpiry()...)
}

// adviceOnExpiry is about EXPIRE, RFC 2449 section 6.7.
func (f findings) adviceOnExpiry() []advice {
	parameters := f.capabilityParameters(pop3.CapExpire)
	days := f.numericParameter(pop3.CapExpire)
	deletion := f.account.Delete
	switch after := int(deletion.After.Hours() / 24); {
	case len(parameters) == 0 || days < 0:
		return nil // it's NEVER, or makes no sense
	case days == 0 && deletion.When == rule.AtOnce:
		return nil
	case days == 0:
		return []advice{newWarning("keep what is fetched, and set delete: fetched, which says what happens",
			"the server may delete each message once it was fetched (EXPIRE 0), whatever delete says")}
	case deletion.When != rule.Owed && after < days:
		return []advice{newNote("sync more often than that", "the server deletes messages by itself after %s (EXPIRE)", term.FormatCount(days, "day"))}
	default:
		return []advice{newWarning(fmt.Sprintf("sync more often than that; delete: %s doesn't hold there", deletion),
			"the server deletes messages by itself after %s (EXPIRE)", term.FormatCount(days, "day"))}
	}
}

// capabilityParameters are those of a capability, which may be another before the login,
// when the server doesn't know who it is about.
func (f findings) capabilityParameters(capability string) []string {
	if parameters := f.after[capability]; len(parameters) > 0 {
		return parameters
	}
	return f.before[capability]
}

// numericParameter is the number that a capability has, or -1.
func (f findings) numericParameter(capability string) int {
	if parameters := f.capabilityParameters(capability); len(parameters) > 0 {
		if n, err := strconv.Atoi(parameters[0]); err == nil && n >= 0 {
			return n
		}
	}
	return -1
}

func (f findings) adviceOnMail() []advice {
	if f.uids == (uidFindings{}) {
		return nil
	}
	return []advice{newWarning("nothing to set: popfetch copes, and tells such messages apart by their headers",
		"the server breaks the rules for UIDs: %s", f.uids)}
}

// exposedState warns of a state folder that others can enter.
func (p *program) exposedState() []advice {
	path, err := p.stateFolder()
	if err != nil {
		return nil
	}
	return adviceOnExposed(path, "enter", "chmod 700 "+path)
}

// exposedLedger warns of a ledger that others can read.
func (p *program) exposedLedger(a account) []advice {
	folder, err := p.stateFolder()
	if err != nil {
		return nil
	}
	path := filepath.Join(folder, ledger.FileName(a.Name))
	return adviceOnExposed(path, "read", "chmod 600 "+path)
}

func adviceOnExposed(path, verb, hint string) []advice {
	info, err := os.Stat(path)
	if err != nil || !secret.IsExposed(info) {
		return nil
	}
	return []advice{newWarning(hint, "others can %s %s (mode %#o)", verb, path, info.Mode().Perm())}
}

// ownerOf tells for whom a certificate is.
func ownerOf(leaf *x509.Certificate) string {
	if subject := leaf.Subject.String(); subject != "" {
		return subject
	}
	return strings.Join(leaf.DNSNames, ", ")
}

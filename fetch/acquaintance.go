package fetch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"popfetch/fetch/auth"
	"popfetch/fetch/dial"
	"popfetch/fetch/pop3"
	"popfetch/store/ledger"
)

// acquaintance is how long a server is taken to offer what it offered, so that
// a run needn't ask before it logs in. A server that has learnt a better way to
// log in since is soon asked again.
//
// To remember nothing, and write CAPA right behind our part of the handshake of
// TLS, before the greeting has come, was tried and is no way out:
//
//   - The mail proxy of nginx 1.22 doesn't see a command that comes in with the end
//     of a handshake of TLS 1.3: of 100, 89 had no answer until something else was
//     sent, and of those in the same packet all. Then both are answered. A server
//     that threw the first away would answer once, so that nobody who asks again
//     knows how many answers to wait for. Dovecot 2.3, and courier-pop, popa3d and
//     mailutils-pop3d behind stunnel, answered 100 times of 100, in order.
//   - It saves the round trip over TLS 1.3 alone: a poll takes four, as it does with
//     a server that is known. Over TLS 1.2 the greeting comes with the end of the
//     handshake, and a poll would take five instead of four; without TLS, three
//     instead of two.
const acquaintance = 24 * time.Hour

// maxAcquaintance bounds what is remembered of a server, in bytes.
const maxAcquaintance = 2 << 10

// rememberedCapabilities returns what the server announced before a login a short while
// ago, or nil. After STLS it is always asked, RFC 2595 section 4.
func (j *Job) rememberedCapabilities() pop3.Capabilities {
	if j.Ledger == nil || j.Server.Security == dial.StartTLS || j.AllowWeaker {
		return nil // to find out what is weaker, the server is asked as well
	}
	summary := j.Ledger.Summary()
	age := time.Since(summary.Asked)
	server, lines, found := strings.Cut(summary.Server, "\n")
	if !found || server != j.serverName() || age < 0 || age > acquaintance {
		return nil
	}
	return pop3.NewCapabilities(strings.Split(lines, "\n")...)
}

// capabilityRecords says what to remember of a server that was asked.
func (j *Job) capabilityRecords(s *Session) []ledger.Record {
	text := j.serverName() + "\n" + strings.Join(s.Before.Lines(), "\n")
	if s.assumed || s.Before == nil || j.Server.Security == dial.StartTLS || len(text) > maxAcquaintance {
		return nil
	}
	return []ledger.Record{{Kind: ledger.Server, Time: time.Now(), Text: text}}
}

// forgetCapabilities has the next login ask, as what was assumed may be why something
// failed. That it is written down is no more than a courtesy to the next run.
func (j *Job) forgetCapabilities() {
	j.Ledger.Append(ledger.Record{Kind: ledger.Server, Time: time.Now()})
}

// serverName names the server and how it is spoken to. What was learnt of another
// one, or without TLS, counts for nothing.
func (j *Job) serverName() string {
	return fmt.Sprintf("%d %s", j.Server.Security, j.Server.Address())
}

// assumeCapabilities takes the capabilities for granted.
func (s *Session) assumeCapabilities(caps pop3.Capabilities) {
	s.Client.AssumeCapabilities(caps)
	s.Before, s.assumed = caps, true
}

// wasMisjudged asks the server what it offers, after it refused a login by what it
// was assumed to offer, and reports whether it doesn't, or offers something else
// as well: SCRAM fails if we don't know that it could be bound to the channel.
func (s *Session) wasMisjudged(refused *auth.LoginError, channel auth.Channel) bool {
	asked, err := s.Client.Capabilities()
	same := slices.Equal(asked[pop3.CapSASL], s.Before[pop3.CapSASL])
	if err != nil || same && auth.IsOffered(asked, channel, refused.Mechanism) {
		return false
	}
	s.Before, s.assumed = asked, false
	return true
}

// wasDeceived reports whether the connection broke because what was assumed of the
// server may be wrong, and nothing came of it yet: then it is worth another one.
func (s *Session) wasDeceived(ctx context.Context, err error) bool {
	return s.assumed && !s.listed && s.Client.Dead() != nil && ctx.Err() == nil && !errors.As(err, new(*pop3.Error)) && !isTemporary(err)
}

// isTemporary reports whether the server said no for now.
func isTemporary(err error) bool {
	refused, parting := (*pop3.Error)(nil), (*pop3.PartingError)(nil)
	return errors.As(err, &refused) && refused.Temporary() || errors.As(err, &parting) && parting.Temporary()
}

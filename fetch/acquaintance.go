package fetch

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"popfetch/fetch/pop3"
	"popfetch/store/ledger"
)

// acquaintance is how long a server is taken to offer what it offered, so that
// a run needn't ask before it logs in. A server that has learnt a better way to
// log in since is soon asked again.
const acquaintance = 24 * time.Hour

// maxAcquaintance bounds what is remembered of a server, in bytes.
const maxAcquaintance = 2 << 10

// acquainted returns what the server announced before a login a short while
// ago, or nil.
func (j *Job) acquainted() pop3.Capabilities {
	if j.Ledger == nil {
		return nil
	}
	summary := j.Ledger.Summary()
	age := time.Since(summary.Asked)
	server, lines, found := strings.Cut(summary.Server, "\n")
	if !found || server != j.server() || age < 0 || age > acquaintance {
		return nil
	}
	return pop3.NewCapabilities(strings.Split(lines, "\n")...)
}

// acquaint says what to remember of a server that was asked.
func (j *Job) acquaint(s *Session) []ledger.Record {
	text := j.server() + "\n" + strings.Join(s.Before.Lines(), "\n")
	if s.assumed || s.Before == nil || len(text) > maxAcquaintance {
		return nil
	}
	return []ledger.Record{{Kind: ledger.Server, Time: time.Now(), Text: text}}
}

// forget has the next run ask, as what was assumed may be what made this one
// fail. It is no more than a courtesy to that run.
func (j *Job) forget() {
	j.Ledger.Append(ledger.Record{Kind: ledger.Server, Time: time.Now()})
}

// server names the server and how it is spoken to. What was learnt of another
// one, or without TLS, counts for nothing.
func (j *Job) server() string {
	return fmt.Sprintf("%d %s", j.Server.Security, j.Server.Address())
}

// assume takes the capabilities for granted.
func (s *Session) assume(caps pop3.Capabilities) {
	s.Client.Assume(caps)
	s.Before, s.assumed = caps, true
}

// misjudged asks the server what it offers, after it refused a login for which
// that was assumed, and reports whether it is something else.
func (s *Session) misjudged() bool {
	assumed := s.Before
	asked, err := s.Client.Capabilities()
	if err != nil || maps.EqualFunc(assumed, asked, slices.Equal) {
		return false
	}
	s.Before, s.assumed = asked, false
	return true
}

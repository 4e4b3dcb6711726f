package command

import (
	"popfetch/store/ledger"

	"popfetch/command/term"
)

// watchStart returns what, after a run, tells how many messages the first sync
// of an account left where they are because of start. Nothing else shows why
// they don't come.
func (p *program) watchStart(a account, l *ledger.Ledger) (tell func()) {
	if !a.Start.Skip || l.Len() > 0 || !l.Summary().Success.IsZero() {
		return func() {}
	}
	return func() {
		marked := 0
		for _, entry := range l.All() {
			if entry.IsMarked() {
				marked++
			}
		}
		if marked > 0 {
			p.InfoInteractive(titleOf(a), "start: %s: recorded as fetched, and not fetched: %s that the server had before", a.Start, term.FormatCount(marked, "message"))
		}
	}
}

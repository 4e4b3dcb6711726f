package command

import (
	"os"

	"popfetch/config"
	"popfetch/store/ledger"
)

// tellNext shows what was written, and tells what to do with it.
func (s *setup) tellNext(draft config.Draft, way byte) {
	if s.quiet {
		return
	}
	s.result("%s", trimEnd(draft.String()))
	s.remark("", "written to %s", config.Homely(s.file.Path))
	name := draft.Name
	a, _, err := s.make()
	hasPassword := err == nil && hasSource(a) || way == wayKeyring
	switch {
	case err == nil && a.OAuth != nil && a.OAuth.TokenCommand == "":
		s.remark("", "next, sign in: popfetch login %s", name)
	case err == nil && a.OAuth != nil:
		s.remark("", "next, test it: popfetch check %s", name)
	case !hasPassword && s.typed.IsZero():
		s.remark("", "next, keep the password: popfetch password set %s", name)
	case !s.isTested:
		s.remark("", "next, test it: popfetch check %s", name)
	}
	s.remark("", "to fetch its mail: popfetch sync %s", name)
	if hasPassword || a.OAuth != nil || s.typed.IsZero() { // cron can't ask for it
		s.remark("", "to fetch it every ten minutes, a line for crontab -e: */10 * * * * %s sync --quiet", ownPath())
	}
	if s.flags.String("delete") == "" {
		s.remark("", "mail stays on the server, unless the account says otherwise, such as delete: 14d")
	}
}

// tellLedger tells that there was an account of that name, as in another
// configuration: its mail counts as fetched.
func (s *setup) tellLedger() {
	state, err := s.state()
	if err != nil {
		return
	}
	if _, err := os.Stat(state.Path(ledger.FileName(s.name))); err == nil {
		s.remark(s.name, "there is a ledger of an account of that name, and what it has is not fetched again: popfetch status %s", s.name)
	}
}

// ownPath is where the program lies: cron's PATH is short.
func ownPath() string {
	path, err := os.Executable()
	if err != nil {
		return "popfetch"
	}
	return path
}

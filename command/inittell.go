package command

import "popfetch/config"

// tellNext shows what was written, and tells what to do with it.
func (s *setup) tellNext(draft config.Draft) {
	if s.quiet {
		return
	}
	s.result("%s", trimEnd(draft.String()))
	s.warn("", "written to %s", s.file.Path)
	name := draft.Name
	switch {
	case s.oauth != nil:
		s.warn("", "next, sign in: popfetch login %s", name)
	case len(s.password) == 0 && s.typed.IsZero():
		s.warn("", "next, keep the password: popfetch password set %s", name)
	case !s.isTested:
		s.warn("", "next, test it: popfetch check %s", name)
	}
	s.warn("", "to fetch its mail: popfetch sync %s", name)
	s.warn("", "to fetch it every ten minutes, a line for crontab -e: */10 * * * * popfetch sync --quiet")
	if s.flags.String("delete") == "" {
		s.warn("", "mail stays on the server, unless the account says otherwise, such as delete: 14d")
	}
}

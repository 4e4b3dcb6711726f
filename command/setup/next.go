package setup

import (
	"os"
	"strings"
	"unicode"

	"popfetch/config"
)

// printNextSteps shows what was written, and tells what to do with it.
func (s *setup) printNextSteps(a Answers, c choice, k kept, draft config.Draft, way byte) {
	if s.Quiet {
		return
	}
	s.PrintResult("%s", strings.TrimSuffix(draft.String(), "\n"))
	s.PrintNote("", "written to %s", config.HomelyPath(s.file.Path))
	name := draft.Name
	account, err := s.readDraft(draft)
	hasPassword := err == nil && hasSource(account) || way == wayKeyring
	switch {
	case err == nil && account.OAuth != nil && account.OAuth.TokenCommand == "":
		s.PrintNote("", "next, sign in: %s", s.nextCommand("login", name))
	case err == nil && account.OAuth != nil:
		s.PrintNote("", "next, test it: %s", s.nextCommand("check", name))
	case !hasPassword && k.typed.IsZero():
		s.PrintNote("", "next, keep the password: %s", s.nextCommand("password set", name))
	case !c.isTested:
		s.PrintNote("", "next, test it: %s", s.nextCommand("check", name))
	}
	s.PrintNote("", "to fetch its mail: %s", s.nextCommand("sync", name))
	if hasPassword || account.OAuth != nil || k.typed.IsZero() { // cron can't ask for it
		s.PrintNote("", "to fetch it every ten minutes, a line for crontab -e: */10 * * * * %s", s.commandLine(ownPath(), "sync", "--quiet"))
	}
	if a.Delete == "" {
		s.PrintNote("", "mail stays on the server, unless the account says otherwise, such as delete: 14d")
	}
}

// nextCommand is the command line of a next step. It names the configuration and the
// state folder where this one did.
func (s *setup) nextCommand(command, name string) string {
	return s.commandLine(append(strings.Fields("popfetch "+command), name)...)
}

func (s *setup) commandLine(words ...string) string {
	for _, flag := range []struct{ name, path string }{{"--config", s.ConfigFlag}, {"--state-dir", s.StateFlag}} {
		if flag.path != "" {
			words = append(words, flag.name, wholePath(flag.path))
		}
	}
	for i, word := range words {
		words[i] = shellWord(word)
	}
	return strings.Join(words, " ")
}

// shellWord is a word as a shell wants it, in quotes if it needs them.
func shellWord(word string) string {
	if strings.ContainsFunc(word, func(r rune) bool {
		return r < 0x80 && !strings.ContainsRune("@%+=:,./-_", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}

// printLedgerNote tells that there was an account of that name, as in another
// configuration: its mail counts as fetched.
func (s *setup) printLedgerNote(account string) {
	if s.HasLedger(account) {
		s.PrintNote(account, "there is a ledger of an account of that name, and what it has is not fetched again: %s", s.nextCommand("status", account))
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

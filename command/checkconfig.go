package command

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"popfetch/command/term"
)

// checkConfig looks at the configuration and at what it names, for the named
// accounts or for all of them. It connects nowhere, reads no password and runs
// no command.
func (p *program) checkConfig(names []string) error {
	accounts, err := p.configured(names)
	if err != nil {
		return err
	}
	var errs []error
	path := "the command line"
	if file := p.config.Load(); file != nil {
		path = file.Path
	}
	p.advise("", true, p.exposedState())
	twins := p.findTwins()
	for _, a := range accounts {
		p.PrintResult("%s", term.Clean(summaryOf(a)))
		p.advise(title(a), true, p.exposedLedger(a))
		p.advise(title(a), true, unset(a.Password.Env))
		p.advise(title(a), true, adviceOnLegacy(a))
		p.advise(title(a), true, adviceOnMailbox(a))
		p.advise(title(a), true, twins[a.Name])
		p.advise(title(a), true, p.folderAdvice(a))
		p.warnInsecure(a)
		for _, err := range p.configFaults(a) {
			p.fail(title(a), err)
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		return shown(errs[0])
	}
	p.PrintResult("%s: %s, all right", term.Clean(path), term.FormatCount(len(accounts), "account"))
	return nil
}

// configured are the accounts that are named, or all that there are, also those
// that have to be named to be fetched from.
func (p *program) configured(names []string) ([]account, error) {
	if len(names) > 0 {
		return p.accounts(names)
	}
	all, err := p.loadConfig()
	if err != nil {
		return nil, err
	}
	for _, a := range all.Accounts {
		if _, err := p.trust.trusting(a); err != nil {
			return nil, err
		}
	}
	return all.Accounts, nil
}

// summaryOf tells the gist of an account on a line.
func summaryOf(a account) string {
	parts := []string{a.User + " at " + a.Address(), destination(a)}
	if !a.Enabled {
		parts = append(parts, "only when named")
	}
	return title(a) + ": " + strings.Join(parts, ", ")
}

// configFaults are what keeps an account from working, as far as this machine
// can tell: certificates and files that aren't there, programs that can't be
// found, a mailbox that can't be written.
func (p *program) configFaults(a account) (faults []error) {
	check := func(err error) {
		hint := hintFor(err)
		switch {
		case err == nil:
			return
		case hint == "" && errors.Is(err, fs.ErrNotExist):
			hint = "check the path, or put the file there"
		}
		faults = append(faults, &configError{err, hint})
	}
	_, err := p.job(a)
	check(err)
	check(a.Password.Examine())
	for _, command := range commandsOf(a) {
		check(command.missing())
	}
	if k, _ := kindOf(a.Mailbox); !k.runs { // else its command is one of those above
		check(lookAtDestination(a))
	}
	return faults
}

// unset warns of a variable that is to hold the password. It may well be set
// where popfetch runs otherwise.
func unset(variable string) []advice {
	if variable == "" || os.Getenv(variable) != "" {
		return nil
	}
	return []advice{warning("set it where popfetch runs", "password_env: the variable %s is unset or empty here", variable)}
}

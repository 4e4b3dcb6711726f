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
	accounts, err := p.configuredAccounts(names)
	if err != nil {
		return err
	}
	var errs []error
	path := "the command line"
	if file := p.config.Load(); file != nil {
		path = file.Path
	}
	p.printAdvice("", true, p.exposedState())
	twins := p.findTwins()
	for _, a := range accounts {
		p.PrintResult("%s", term.Clean(summaryOf(a)))
		p.printAdvice(titleOf(a), true, p.exposedLedger(a))
		p.printAdvice(titleOf(a), true, adviceOnUnset(a.Password.Env))
		p.printAdvice(titleOf(a), true, adviceOnLegacy(a))
		p.printAdvice(titleOf(a), true, adviceOnMailbox(a))
		p.printAdvice(titleOf(a), true, twins[a.Name])
		p.printAdvice(titleOf(a), true, p.folderAdvice(a))
		p.warnInsecure(a)
		for _, err := range p.configFaults(a) {
			p.reportError(titleOf(a), err)
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		return markShown(errs[0])
	}
	p.PrintResult("%s: %s, all right", term.Clean(path), term.FormatCount(len(accounts), "account"))
	return nil
}

// configuredAccounts are the accounts that are named, or all that there are, also those
// that have to be named to be fetched from.
func (p *program) configuredAccounts(names []string) ([]account, error) {
	if len(names) > 0 {
		return p.findAccounts(names)
	}
	all, err := p.loadConfig()
	if err != nil {
		return nil, err
	}
	for _, a := range all.Accounts {
		if _, err := p.trust.withTrust(a); err != nil {
			return nil, err
		}
	}
	return all.Accounts, nil
}

// summaryOf tells the gist of an account on a line.
func summaryOf(a account) string {
	parts := []string{a.User + " at " + a.Address(), mailboxName(a)}
	if !a.Enabled {
		parts = append(parts, "only when named")
	}
	return titleOf(a) + ": " + strings.Join(parts, ", ")
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
	_, err := p.newJob(a)
	check(err)
	check(a.Password.ExamineFile())
	for _, command := range commandsOf(a) {
		check(command.missingError())
	}
	if k, _ := kindOf(a.Mailbox); !k.runs { // else its command is one of those above
		check(inspectDestination(a))
	}
	return faults
}

// adviceOnUnset warns of a variable that is to hold the password. It may well be set
// where popfetch runs otherwise.
func adviceOnUnset(variable string) []advice {
	if variable == "" || os.Getenv(variable) != "" {
		return nil
	}
	return []advice{newWarning("set it where popfetch runs", "password_env: the variable %s is unset or empty here", variable)}
}

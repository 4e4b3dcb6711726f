package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"popfetch/command/term"
	"popfetch/store/shell"
)

// checkConfig looks at the configuration and at what it names, for the named
// accounts or for all of them. It connects nowhere, reads no password and runs
// no command.
func (p *program) checkConfig(ctx context.Context, names []string) error {
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
		p.Result("%s", term.Clean(summaryOf(a)))
		p.advise(title(a), true, p.exposedLedger(a))
		p.advise(title(a), true, unset(a.Password.Env))
		p.advise(title(a), true, adviceOnLegacy(a))
		p.advise(title(a), true, adviceOnLMTP(a))
		p.advise(title(a), true, twins[a.Name])
		p.advise(title(a), true, p.diskAdvice(a))
		p.warnInsecure(a)
		for _, err := range p.configFaults(ctx, a) {
			p.fail(title(a), err)
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		return shown(errs[0])
	}
	p.Result("%s: %s, all right", term.Clean(path), term.Count(len(accounts), "account"))
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
func (p *program) configFaults(ctx context.Context, a account) (faults []error) {
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
	if a.LMTP.Server != "" {
		_, err := lmtpOptions(a)
		check(err)
	}
	check(a.Password.Examine())
	for _, command := range commandsOf(a) {
		check(command.missing())
	}
	if a.Maildir+a.MBox != "" { // of the others only a connection or a command could tell more
		check(checkDestination(ctx, a))
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

// A namedCommand is a command of the shell that a key holds.
type namedCommand struct{ key, text string }

// missing is an error where the shell would find no such program.
func (c namedCommand) missing() error {
	program := shell.MissingProgram(c.text)
	if program == "" {
		return nil
	}
	return &configError{fmt.Errorf("%s: there is no program %q", c.key, program), "install it, or give the whole path to it"}
}

// missingHooks warns of programs that a login doesn't need, but a sync does.
func missingHooks(a account) (all []advice) {
	for _, command := range []namedCommand{{"filter", a.Filter}, {"on_new", a.OnNew}} {
		if err := command.missing(); err != nil {
			all = append(all, warning(hintFor(err), "%v", err))
		}
	}
	return all
}

func commandsOf(a account) []namedCommand {
	commands := []namedCommand{
		{"password_command", a.Password.Command}, {"pipe", a.Pipe}, {"filter", a.Filter}, {"on_new", a.OnNew},
	}
	if a.OAuth != nil {
		commands = append(commands, namedCommand{"token_command", a.OAuth.TokenCommand})
	}
	return commands
}

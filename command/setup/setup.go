package setup

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"popfetch/command/line"
	"popfetch/config"
	"popfetch/config/secret"
	"popfetch/store/shell"
)

// A setup makes an account of three values, which its methods are given: the
// answers, the choice of a server, and the password as it is kept.
type setup struct {
	Env
	file   *config.File
	others *config.Config // what the file says
	asks   bool           // there is a person to ask
}

// Run finds the server of an address, tests the login, and writes the account.
func Run(ctx context.Context, env Env, a Answers) error {
	s, err := newSetup(env, a)
	if err != nil {
		return err
	}
	if err := s.askAddress(ctx, &a); err != nil {
		return err
	}
	k := kept{from: a.passwordSources()}
	c, err := (&search{setup: s, declined: map[string]bool{}}).chooseServer(ctx, &a, &k)
	if err != nil {
		return err
	}
	return s.writeOrShow(ctx, a, *c, k)
}

// newSetup checks the answers and reads the configuration, so that whatever is
// wrong with them comes before the first question.
func newSetup(env Env, a Answers) (*setup, error) {
	s := &setup{Env: env, asks: !a.Yes && secret.HasTerminal()}
	if err := checkAnswers(a, s.asks); err != nil {
		return nil, err
	}
	path, err := s.ConfigFile()
	if err != nil {
		return nil, err
	}
	if s.file, err = config.ReadFile(path); err == nil {
		s.others, err = s.file.Config()
	}
	if err != nil {
		return nil, &FileError{Err: err}
	}
	for _, a := range s.others.Accounts {
		shell.HideVariable(a.Password.Env)
	}
	if s.file.Info != nil && !s.file.Info.Mode().IsRegular() {
		return nil, &FileError{errors.New(path + " is no file that an account could be added to"), "name another with --config"}
	}
	if a.Name != "" {
		if err := s.checkName(a.Name); err != nil {
			return nil, err
		}
	}
	return s, s.checkValues(a)
}

// checkValues says which flag has a value that the account can't have.
func (s *setup) checkValues(a Answers) error {
	_, err := s.tryAnswers(a)
	if bad, ok := errors.AsType[*config.Error](err); ok && bad.Problems[0].Key != "" {
		p := bad.Problems[0]
		return line.NewUsageError("--"+strings.ReplaceAll(p.Key, "_", "-")+": "+p.Text, p.Hint)
	}
	return err
}

// tryAnswers makes an account of the answers, with something for what they don't
// say.
func (s *setup) tryAnswers(a Answers) (config.Account, error) {
	c := newChoice(givenServer(a, cmp.Or(a.Server, "localhost")))
	a = s.withName(a, c)
	c.user = cmp.Or(c.user, "me") // it may still be asked for
	account, _, err := s.makeAccount(a, c, kept{from: a.passwordSources()})
	return account, err
}

// checkName says why an account can't have a name.
func (s *setup) checkName(name string) error {
	if err := config.CheckName(name); err != nil {
		return line.NewUsageError(err.Error(), "")
	}
	if as, isTaken := s.others.FindTaken(name); isTaken {
		return asTakenName(&config.TakenError{Name: as, Path: s.file.Path})
	}
	return nil
}

// asTakenName is a TakenError with the way out.
func asTakenName(err error) error {
	if isError[*config.TakenError](err) {
		return line.NewUsageError(err.Error(), "choose another with --name")
	}
	return err
}

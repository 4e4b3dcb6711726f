package setup

import (
	"context"

	"popfetch/command/term"
	"popfetch/config"
	"popfetch/config/secret"
)

// keepAccount writes the account, and puts a password that was typed where the
// account will find it. It returns what was written, and the way that was chosen.
func (s *setup) keepAccount(ctx context.Context, a Answers, c choice, k kept) (draft config.Draft, way byte, err error) {
	if k.typed.IsZero() {
		draft, err = s.writeAccount(ctx, a, c, k, wayNowhere)
		return draft, wayNowhere, err
	}
	ways, err := s.possibleWays(ctx, a, c, k)
	if err != nil {
		return draft, way, err
	}
	for {
		if way, err = s.chooseWay(ctx, ways); err != nil {
			return draft, way, err
		}
		if way == wayCommand {
			command, err := s.askCommand(ctx, a, k)
			if err != nil {
				return draft, way, err
			}
			if command == "" {
				continue
			}
			k.from = []config.Setting{{Key: "password_command", Value: command}}
		}
		draft, err = s.writeAccount(ctx, a, c, k, way)
		if err == nil || ctx.Err() != nil || !isError[*secret.Error](err) || way != wayKeyring {
			return draft, way, err
		}
		s.ReportError(a.Name, err)
		ways = waysWithoutKeyring
	}
}

// The ways to keep a password, by the letters that choose them.
const (
	wayKeyring, wayFile, wayCommand, wayNowhere = 'k', 'f', 'c', 'n'

	allWays, waysWithoutKeyring = "kfcn", "fcn"
)

// possibleWays leaves out the keyring where the account couldn't have its
// password from there.
func (s *setup) possibleWays(ctx context.Context, a Answers, c choice, k kept) (string, error) {
	account, _, err := s.makeAccount(a, c, k)
	if err != nil {
		return "", err
	}
	if hasSource(account) || account.OAuth != nil { // The defaults would come before the keyring.
		return waysWithoutKeyring, nil
	}
	switch _, err := inKeyring(ctx, account, k); {
	case err == nil:
		return allWays, nil
	case ctx.Err() != nil:
		return "", ctx.Err()
	case isError[*otherPasswordError](err):
		s.Warn(a.Name, "%v", err)
	default:
		s.Info("", "%s", term.PlainError(err))
	}
	return waysWithoutKeyring, nil
}

// wayQuestions ask for one of the ways to keep a password.
var wayQuestions = map[string]string{
	allWays:            "Keep the password in the (k)eyring, in a (f)ile that only you can read, by a (c)ommand that prints it (--password-command), or (n)owhere?",
	waysWithoutKeyring: "Keep the password in a (f)ile that only you can read, by a (c)ommand that prints it (--password-command), or (n)owhere?",
}

func (s *setup) chooseWay(ctx context.Context, ways string) (byte, error) {
	if !s.asks {
		return ways[0], nil
	}
	return s.chooseLetter(ctx, wayQuestions[ways], ways)
}

// askCommand asks for the command that prints the password, and sees that
// it does. None is given by who wants another way after all.
func (s *setup) askCommand(ctx context.Context, a Answers, k kept) (command string, err error) {
	for {
		command, err := s.askLine(ctx, "Command that prints the password, or Return for another way", "")
		if err != nil || command == "" {
			return "", err
		}
		printed, err := secret.FromCommand(ctx, "password_command", "password", command)
		switch {
		case ctx.Err() != nil:
			return "", ctx.Err()
		case err != nil:
			s.ReportError(a.Name, err)
			continue
		case !printed.Equal(k.typed):
			s.Warn(a.Name, "it printed another password than the one that was typed")
			continue
		}
		return command, nil
	}
}

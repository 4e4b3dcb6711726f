package command

import (
	"context"
	"errors"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
	"popfetch/config"
	"popfetch/config/discover"
)

func (p *program) initCommand() *cli.Command {
	return &cli.Command{
		Name:      "init",
		Usage:     "find the server of an address, test the login, and write the account",
		ArgsUsage: "[EMAIL]",
		Description: `Looks for the server in DNS, in the provider's autoconfiguration, which is told
the address, and in Mozilla's ISPDB, which is told the domain. What it can't find
out it asks on the terminal. The account is added to the configuration, which
otherwise stays as it is.

Examples:
  popfetch init me@example.org
  popfetch init me@example.org --dry-run --yes       # what would be written
  popfetch init me@example.org --yes --password-command 'pass show mail/work'
  popfetch init --server pop.example.org --user me --name work`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "server", Usage: "`HOST[:PORT]`, instead of looking for it"},
			&cli.StringFlag{Name: "tls", Usage: "how TLS begins: `implicit|starttls|none`"},
			&cli.StringFlag{Name: "tls-ca-file", Usage: "`FILE` of the certificates to trust"},
			&cli.StringFlag{Name: "tls-fingerprint", Usage: "`sha256:HEX` of the one certificate to trust"},
			&cli.StringFlag{Name: "user", Usage: "`LOGIN`, if it isn't the address"},
			&cli.StringFlag{Name: "name", Usage: "`NAME` of the account"},
			&cli.StringFlag{Name: "maildir", Usage: "`DIR` that the mail goes to (default: ~/Mail/NAME)"},
			&cli.StringFlag{Name: "mbox", Usage: "`FILE` that the mail goes to"},
			&cli.StringFlag{Name: "password-command", Usage: "`COMMAND` that prints the password"},
			&cli.StringFlag{Name: "password-file", Usage: "`FILE` with the password"},
			&cli.StringFlag{Name: "password-env", Usage: "`VARIABLE` with the password"},
			&cli.BoolFlag{Name: "stdin", Usage: "read the password from stdin, and keep it in the keyring or a private file"},
			&cli.StringFlag{Name: "client-id", Usage: "`ID` to sign in with by OAuth 2.0"},
			&cli.StringFlag{Name: "delete", Usage: "`WHEN` to delete on the server: fetched, or 14d (default: never)"},
			&cli.StringFlag{Name: "min-interval", Usage: "`DURATION` between logins at least"},
			&cli.StringFlag{Name: "proxy", Usage: "`socks5://HOST:PORT` to look, log in and fetch through"},
			&cli.BoolFlag{Name: "no-ispdb", Usage: "don't ask Mozilla's database"},
			&cli.BoolFlag{Name: "no-test", Usage: "don't log in"},
			&cli.BoolFlag{Name: "yes", Aliases: []string{"y"}, Usage: "ask nothing: take what is found"},
			&cli.BoolFlag{Name: "dry-run", Usage: "show what would be written; log in nowhere and write nothing"},
		},
		Action: p.init,
	}
}

func (p *program) init(c *cli.Context) error {
	s, err := p.newSetup(c)
	if err == nil {
		err = s.run(c.Context)
	}
	if c.Context.Err() != nil {
		err = context.Cause(c.Context)
	}
	return err
}

// run takes the first candidate that does, and writes the account.
func (s *setup) run(ctx context.Context) error {
	if err := s.askAddress(ctx); err != nil {
		return err
	}
	isTaken, err := s.takeOne(ctx, newCandidateQueue(s.candidates(ctx), false))
	if !isTaken && s.asks && (err == nil || is[*discover.NotFoundError](err)) {
		if err != nil {
			s.fail("", err)
			err = shown(err)
		}
		var askErr error
		if isTaken, askErr = s.takeOne(ctx, newCandidateQueue(s.askServers(ctx), true)); askErr != nil {
			return askErr
		}
	}
	switch {
	case isTaken:
		return s.finish(ctx)
	case err != nil:
		return err
	case s.refused != nil:
		return shown(s.refused)
	case s.doubtful != nil:
		return s.doubtful
	}
	return line.Usage("no server was found that would do", "name one with --server")
}

// takeOne takes the first of some candidates that does.
func (s *setup) takeOne(ctx context.Context, candidates *candidateQueue) (isTaken bool, err error) {
	s.queue = candidates
	defer s.queue.stop()
	for {
		next := s.queue.next()
		if !next.ok || next.err != nil {
			return false, next.err
		}
		if isTaken, err := s.consider(ctx, next.candidate); isTaken || err != nil {
			return isTaken, err
		}
	}
}

// passesOver reports whether a candidate isn't what the flags or the person
// want.
func (s *setup) passesOver(found candidate) bool {
	if s.wantTLS != "" && found.TLS.String() != s.wantTLS {
		s.Info("", "%s is passed over: it has tls: %s", found.server, found.TLS)
		return true
	}
	return s.declined[found.Host]
}

// consider shows a candidate and finds out whether it does.
func (s *setup) consider(ctx context.Context, found candidate) (isTaken bool, err error) {
	if s.passesOver(found) {
		return false, nil
	}
	s.present(found)
	s.candidate, s.user, s.isClear = found, found.Users[0], false
	for _, step := range []func(context.Context) (bool, error){
		s.confirm, s.chooseName, s.chooseMailbox, s.chooseLogin, s.logIn,
	} {
		if goesOn, err := step(ctx); err != nil || !goesOn {
			return false, err
		}
	}
	return true, nil
}

// finish writes the account, or shows it.
func (s *setup) finish(ctx context.Context) error {
	_, draft, err := s.make()
	if err != nil {
		return err
	}
	if s.dryRun {
		s.Result("%s", trimEnd(draft.String()))
		return nil
	}
	draft, way, err := s.keep(ctx)
	if unplaced, ok := errors.AsType[*config.PlaceError](err); ok {
		s.Result("%s", trimEnd(unplaced.Draft.String()))
		return &configError{err, "write these lines into it by hand"}
	}
	if err == nil {
		s.tellNext(draft, way)
		s.tellLedger()
	}
	return err
}

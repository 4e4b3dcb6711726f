package command

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"popfetch/command/line"
	"popfetch/command/setup"
	"popfetch/command/term"
	"popfetch/config/secret"
	"popfetch/fetch"
	"popfetch/store"
	"popfetch/store/ledger"

	"github.com/gofrs/flock"
	"github.com/urfave/cli/v2"
)

func (p *program) initCommand() *cli.Command {
	var given setup.Answers
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
			&cli.StringFlag{Name: "server", Destination: &given.Server, Usage: "`HOST[:PORT]`, instead of looking for it"},
			&cli.StringFlag{Name: "tls", Destination: &given.TLS, Usage: "how TLS begins: `implicit|starttls|none`"},
			&cli.StringFlag{Name: "tls-ca-file", Destination: &given.CAFile, Usage: "`FILE` of the certificates to trust"},
			&cli.StringFlag{Name: "tls-fingerprint", Destination: &given.Fingerprint, Usage: "`sha256:HEX` of the one certificate to trust"},
			&cli.StringFlag{Name: "user", Destination: &given.User, Usage: "`LOGIN`, if it isn't the address"},
			&cli.StringFlag{Name: "name", Destination: &given.Name, Usage: "`NAME` of the account"},
			&cli.StringFlag{Name: "maildir", Destination: &given.Maildir, Usage: "`DIR` that the mail goes to (default: ~/Mail/NAME)"},
			&cli.StringFlag{Name: "mbox", Destination: &given.MBox, Usage: "`FILE` that the mail goes to"},
			&cli.StringFlag{Name: "password-command", Destination: &given.PasswordCommand, Usage: "`COMMAND` that prints the password"},
			&cli.StringFlag{Name: "password-file", Destination: &given.PasswordFile, Usage: "`FILE` with the password"},
			&cli.StringFlag{Name: "password-env", Destination: &given.PasswordEnv, Usage: "`VARIABLE` with the password"},
			&cli.BoolFlag{Name: "stdin", Destination: &given.Stdin, Usage: "read the password from stdin, and keep it in the keyring or a private file"},
			&cli.StringFlag{Name: "client-id", Destination: &given.ClientID, Usage: "`ID` to sign in with by OAuth 2.0"},
			&cli.StringFlag{Name: "delete", Destination: &given.Delete, Usage: "`WHEN` to delete on the server: fetched, or 14d (default: never)"},
			&cli.StringFlag{Name: "min-interval", Destination: &given.MinInterval, Usage: "`DURATION` between logins at least"},
			&cli.StringFlag{Name: "proxy", Destination: &given.Proxy, Usage: "`socks5://HOST:PORT` to look, log in and fetch through"},
			&cli.BoolFlag{Name: "no-ispdb", Destination: &given.NoISPDB, Usage: "don't ask Mozilla's database"},
			&cli.BoolFlag{Name: "no-test", Destination: &given.NoTest, Usage: "don't log in"},
			&cli.BoolFlag{Name: "yes", Aliases: []string{"y"}, Destination: &given.Yes, Usage: "ask nothing: take what is found"},
			&cli.BoolFlag{Name: "dry-run", Destination: &given.DryRun, Usage: "show what would be written; log in nowhere and write nothing"},
		},
		Action: func(c *cli.Context) error { return p.init(c, given) },
	}
}

func (p *program) init(c *cli.Context, given setup.Answers) error {
	if c.Args().Len() > 1 {
		return line.NewUsageError("this takes one address", "popfetch init me@example.org")
	}
	given.Email = strings.TrimSpace(c.Args().First())
	for _, name := range c.FlagNames() {
		if err := setup.CheckText("--"+name, c.String(name)); err != nil {
			return err
		}
	}
	err := setup.Run(c.Context, setup.Env{
		UI:           p.UI,
		ConfigFile:   p.configFile,
		ConfigFlag:   p.configPath,
		StateFlag:    p.statePath,
		ReportError:  func(account string, err error) error { p.reportError(account, err); return markShown(err) },
		Stdin:        func(ctx context.Context) (secret.Secret, error) { return passwordOnStdin(ctx, account{}) },
		ProxyURL:     proxyURL,
		Reach:        p.reachServer,
		LogIn:        p.logInOnce,
		CheckMailbox: checkDestination,
		HasLedger:    p.hasLedger,
		Lock:         p.lockConfig,
	}, given)
	if c.Context.Err() != nil {
		err = context.Cause(c.Context)
	}
	return err
}

// reachServer finds out whether the server of an account answers as it should.
func (p *program) reachServer(ctx context.Context, a account) error {
	job, err := p.newJob(a)
	if err != nil {
		return err
	}
	return job.ReachServer(ctx)
}

// logInOnce logs in, and tells what is there.
func (p *program) logInOnce(ctx context.Context, a account) error {
	known, err := p.readLedger(a)
	if err != nil {
		return err
	}
	return p.inSessionWith(ctx, a, known, func(session *fetch.Session, _ *fetch.Job) error {
		count, size, err := session.Client.Stat()
		if err != nil {
			return err
		}
		p.PrintNote(a.Name, "logged in as %s by %s: %s (%s) on the server", a.User, session.Mechanism, term.FormatCount(count, "message"), term.FormatSize(size))
		return session.Client.QuitWithoutReply()
	})
}

// hasLedger reports whether there is a ledger of an account of that name.
func (p *program) hasLedger(name string) bool {
	state, err := p.openState()
	if err != nil {
		return false
	}
	_, err = os.Stat(state.Path(ledger.FileName(name)))
	return err == nil
}

const (
	// lockWait is how long another run may take to write its account.
	lockWait = 10 * time.Second

	// lockRetry is the pause between two tries to get the lock.
	lockRetry = 20 * time.Millisecond
)

// lockConfig keeps two runs from writing at the same time, or the account of
// one would be lost.
func (p *program) lockConfig(ctx context.Context) (release func(), err error) {
	state, err := p.openState()
	if err != nil {
		return nil, err
	}
	path, err := commonLock(state, "config-lock") // every account's files have a dot in their names
	if err != nil {
		return nil, err
	}
	lock := flock.New(path, flock.SetPermissions(0o600), flock.SetFlag(os.O_CREATE|os.O_RDWR))
	waiting, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	if _, err := lock.TryLockContext(waiting, lockRetry); err != nil {
		return nil, &store.Error{Op: "lock the configuration", Err: errors.Join(err, lock.Close())}
	}
	return func() { _ = lock.Close() }, nil // nothing was written
}

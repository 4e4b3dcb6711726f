package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
	"popfetch/command/term"
	"popfetch/config/secret"
)

func (p *program) passwordCommand() *cli.Command {
	return &cli.Command{
		Name:      "password",
		Usage:     "keep an account's password in the system keyring",
		UsageText: "popfetch password set|delete ACCOUNT",
		Description: "The keyring is that of the system: the Secret Service, the Keychain, or the Credential Manager.\n" +
			"The password is for the account's user and server: when one of them has changed, set it again.\n\n" +
			"Examples:\n  popfetch password set work\n  popfetch password delete work",
		Subcommands: []*cli.Command{
			{
				Name: "set", Usage: "ask for the password and keep it", ArgsUsage: "ACCOUNT",
				Description: "Exit code 78: there is no keyring, or no password was given.\n\n" +
					"Examples:\n  popfetch password set work\n  pass show mail/work | popfetch password set work --stdin",
				Flags:  []cli.Flag{&cli.BoolFlag{Name: "stdin", Usage: "read it from stdin, up to the line's end"}},
				Action: p.setPassword,
			},
			{
				Name: "delete", Usage: "take the password out of the keyring", ArgsUsage: "ACCOUNT",
				Description: "Exit code 78: there is no keyring, or it holds no such password.\n\nExample:\n  popfetch password delete work",
				Action:      p.deletePassword,
			},
		},
		Action: func(c *cli.Context) error {
			hint := "popfetch password set ACCOUNT"
			if near := line.NearestCommand(c.Args().First(), c.Command.Subcommands); near != "" {
				hint = fmt.Sprintf("did you mean %q? %s", near, hint)
			}
			return line.NewUsageError("set or delete?", hint)
		},
	}
}

func (p *program) setPassword(c *cli.Context) error {
	account, err := p.onlyAccount(c)
	if err != nil {
		return err
	}
	ask := newPassword
	if c.Bool("stdin") {
		ask = passwordOnStdin
	}
	password, err := ask(c.Context, account)
	if err == nil {
		err = account.Password.KeepPassword(c.Context, password)
	}
	if err == nil {
		err = p.forgiveDenials(account)
	}
	if c.Context.Err() != nil {
		err = context.Cause(c.Context)
	}
	if err == nil && !p.Quiet {
		p.PrintResult("%s: the password is in the keyring", titleOf(account))
	}
	return p.reportOnce(account, err)
}

// newPassword asks a person.
func newPassword(ctx context.Context, account account) (secret.Secret, error) {
	password, err := secret.AskSecret(ctx, fmt.Sprintf("New password for %s (%s): ", titleOf(account), loginOf(account)))
	switch {
	case errors.Is(err, secret.ErrNoTerminal):
		err = &secret.Error{Source: "no password", Err: secret.ErrNoTerminal, Way: "give it on stdin, with --stdin"}
	case err != nil && ctx.Err() == nil:
		err = &secret.Error{Source: "password prompt", Err: err}
	}
	return password, err
}

// passwordOnStdin takes the first line of stdin.
func passwordOnStdin(ctx context.Context, _ account) (secret.Secret, error) {
	const most = 64 << 10
	text, err := term.Await(ctx, func() ([]byte, error) { return io.ReadAll(io.LimitReader(os.Stdin, most)) })
	var password secret.Secret
	if err == nil {
		password, err = secret.FirstLine("password", text)
	}
	if err != nil {
		err = &secret.Error{Source: "stdin", Err: err, Way: secret.WayOf(err, "pass show mail/work | popfetch password set ACCOUNT --stdin")}
	}
	return password, err
}

func (p *program) deletePassword(c *cli.Context) error {
	account, err := p.onlyAccount(c)
	if err != nil {
		return err
	}
	err = account.Password.ForgetPassword(c.Context)
	if errors.Is(err, secret.ErrNotFound) {
		err = &secret.Error{Source: "keyring", Err: errors.New("it holds no password for this account")}
	}
	if c.Context.Err() != nil {
		err = context.Cause(c.Context)
	}
	if err == nil && !p.Quiet {
		p.PrintResult("%s: the password is out of the keyring", titleOf(account))
	}
	return p.reportOnce(account, err)
}

package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"popfetch/config/secret"
)

func (p *program) passwordCommand() *cli.Command {
	return &cli.Command{
		Name:  "password",
		Usage: "keep an account's password in the system keyring",
		Subcommands: []*cli.Command{
			{
				Name: "set", Usage: "ask for the password and keep it", ArgsUsage: "ACCOUNT",
				Description: "Examples:\n  popfetch password set work\n  pass show mail/work | popfetch password set work --stdin",
				Flags:       []cli.Flag{&cli.BoolFlag{Name: "stdin", Usage: "read it from stdin, up to the line's end"}},
				Action:      p.setPassword,
			},
			{Name: "delete", Usage: "take the password out of the keyring", ArgsUsage: "ACCOUNT", Action: p.deletePassword},
		},
		Action: func(c *cli.Context) error {
			return &usageError{"set or delete?", "popfetch password set ACCOUNT"}
		},
	}
}

func (p *program) setPassword(c *cli.Context) error {
	account, _, err := p.oneAccount(c)
	if err != nil {
		return err
	}
	password, err := newPassword(c.Context, c.Bool("stdin"), account)
	if err == nil {
		err = secret.Store(c.Context, account.Name, password)
	}
	if err == nil && !p.quiet {
		p.result("%s: the password is in the keyring", account.Name)
	}
	return p.failed(account, err)
}

func newPassword(ctx context.Context, stdin bool, account account) (secret.Secret, error) {
	if !stdin {
		return secret.Terminal(ctx, fmt.Sprintf("New password for %s (%s): ", account.Name, login(account)))
	}
	const most = 64 << 10
	text, err := io.ReadAll(io.LimitReader(os.Stdin, most))
	if err != nil {
		return secret.Secret{}, err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	if line = strings.TrimSuffix(line, "\r"); line == "" {
		return secret.Secret{}, &usageError{"there is no password on stdin", "printf '%s' PASSWORD | popfetch password set ACCOUNT --stdin"}
	}
	return secret.Parse(line)
}

func (p *program) deletePassword(c *cli.Context) error {
	account, _, err := p.oneAccount(c)
	if err != nil {
		return err
	}
	err = secret.Remove(c.Context, account.Name)
	if errors.Is(err, secret.ErrNotFound) {
		err = &secret.Error{Source: "keyring", Err: err, Way: "there is nothing to delete"}
	}
	if err == nil && !p.quiet {
		p.result("%s: the password is out of the keyring", account.Name)
	}
	return p.failed(account, err)
}

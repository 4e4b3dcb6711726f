package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"popfetch/command/browser"
	"popfetch/command/line"
	"popfetch/command/term"
	"popfetch/config/oauth"
	"popfetch/config/secret"
	"popfetch/store/shell"
)

func (p *program) loginCommand() *cli.Command {
	return &cli.Command{
		Name:      "login",
		Usage:     "sign in to an account by OAuth 2.0",
		ArgsUsage: "ACCOUNT",
		Description: `The account needs oauth in the configuration, with the client id that you have
registered with the provider:

  oauth:
    provider: microsoft        # or google
    client_id: 00000000-0000-0000-0000-000000000000

At any other provider auth_url, token_url and device_url stand in the place of
provider, and scopes say what is asked for. The refresh token goes to the
system's keyring, or where there is none to a file that only you can read.

Exit code 77: the provider refused; 78: the account has no oauth to sign in by.

Examples:
  popfetch login work
  popfetch login work --device   # by a code, in a browser on any machine
  popfetch login work --forget`,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "device", Usage: "show a code to type in at the provider"},
			&cli.BoolFlag{Name: "browser", Usage: "use the browser of this machine"},
			&cli.BoolFlag{Name: "file", Usage: "keep the token in a file and not in the keyring, as for cron"},
			&cli.BoolFlag{Name: "forget", Usage: "take the token out of keyring and file"},
		},
		Action: p.login,
	}
}

func (p *program) login(c *cli.Context) error {
	account, err := p.onlyAccount(c)
	if err != nil {
		return err
	}
	if account.OAuth == nil || account.OAuth.TokenCommand != "" {
		return p.reportOnce(account, noOAuth(account))
	}
	signIn, err := p.signIn(account)
	if err != nil {
		return p.reportOnce(account, err)
	}
	signIn.KeepInFile = c.Bool("file")
	if c.Bool("forget") {
		err = p.forgetToken(c.Context, account, signIn)
	} else {
		err = p.signInBy(c, account, signIn)
	}
	if c.Context.Err() != nil {
		err = context.Cause(c.Context)
	}
	return p.reportOnce(account, err)
}

// noOAuth says that an account has nothing to sign in to.
func noOAuth(a account) error {
	hint := "give it one, as popfetch login --help shows, or a password: popfetch password set " + a.Name
	if isByURL(a) {
		hint = "an account by URL has no oauth: put it into the configuration"
	}
	return &configError{errors.New("it doesn't sign in by OAuth: there is no oauth with provider or token_url"), hint}
}

// signInBy signs in by the way that was asked for, or the better one.
func (p *program) signInBy(c *cli.Context, a account, signIn *oauth.Account) error {
	device := c.Bool("device") || !c.Bool("browser") && signIn.PrefersDevice()
	switch {
	case c.Bool("device") && c.Bool("browser"):
		return line.NewUsageError("--device or --browser?", "without either, the better one for the provider is taken")
	case device && !signIn.CanDevice():
		return &configError{errors.New("the provider has no sign-in by device code that would do"), "leave out --device, or give oauth a device_url"}
	case !device && !signIn.CanBrowser():
		return &configError{errors.New("there is no auth_url for a browser"), "leave out --browser, or give oauth an auth_url"}
	}
	var kept oauth.Kept
	var err error
	if device {
		kept, err = signIn.SignInByDevice(c.Context, func(d oauth.Device) { p.showDevice(a, d) })
	} else {
		kept, err = signIn.SignInByBrowser(c.Context, func(address, opener string) { p.showAddress(a, address, opener) }, askPasted)
	}
	if err == nil {
		p.printKept(a, kept)
		err = p.forgiveDenials(a)
	}
	return err
}

func (p *program) showDevice(a account, d oauth.Device) {
	p.PrintResult("%s: open this address in a browser, on any machine:\n\n  %s\n\nand type in the code %s there before %s.",
		titleOf(a), d.URL, d.Code, d.Expires.Local().Format("15:04"))
	if d.Complete != "" {
		p.PrintResult("This address has the code in it:\n\n  %s", d.Complete)
	}
}

// showAddress shows the provider's address to a person, and opens it in the
// browser by another, that the process list may show.
func (p *program) showAddress(a account, address, opener string) {
	p.PrintResult("%s: open this address in your browser:\n\n  %s\n", titleOf(a), address)
	if err := browser.Open(opener, shell.Environment()); err != nil {
		p.Info(titleOf(a), "no browser could be started: %v", err)
	}
}

// askPasted asks for the address that a browser on another machine ended at. What
// stands in it lets one sign in, so it isn't shown.
func askPasted(ctx context.Context) (string, error) {
	address, err := secret.AskSecret(ctx, "If the browser is on another machine, paste the address that it ended at, which it can't open: ")
	return address.Reveal(), err
}

// printKept tells where the token went.
func (p *program) printKept(a account, kept oauth.Kept) {
	place := "the keyring"
	if kept.InFile {
		place = kept.Path + ", which only you can read"
	}
	if kept.Why != nil {
		place += fmt.Sprintf(" (%v)", kept.Why)
	}
	if !p.Quiet {
		p.PrintResult("%s: signed in; the token is in %s", titleOf(a), term.Clean(place))
	}
	if kept.NoRefresh {
		end := "soon"
		if !kept.Expires.IsZero() {
			end = "at " + kept.Expires.Local().Format(time.DateTime)
		}
		p.Warn(titleOf(a), "the provider gave no refresh token, so that this ends %s; mostly a scope such as offline_access is missing", end)
	}
}

func (p *program) forgetToken(ctx context.Context, a account, signIn *oauth.Account) error {
	err := signIn.Forget(ctx)
	if err == nil && !p.Quiet {
		p.PrintResult("%s: the token is forgotten; the provider's own pages can revoke it", titleOf(a))
	}
	return err
}

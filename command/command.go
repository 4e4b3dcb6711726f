package command

import (
	"context"
	"errors"
	"os"
	"sync"
	"sync/atomic"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
	"popfetch/command/sandbox"
	"popfetch/command/term"
	"popfetch/config"
	"popfetch/config/secret"
	"popfetch/store"
	"popfetch/store/durable"
)

// version is the version that this source is going to be.
const version = "0.1.0"

// A program is one run of popfetch: the global flags and where to write.
type program struct {
	*term.UI
	configPath string
	statePath  string
	trust      urlTrust

	allowWeaker bool // see fetch.Job

	config   atomic.Pointer[config.Config] // nil until it is needed
	answers  *answers                      // nil in a program that doesn't stay
	secrets  sync.Map                      // by account and login: its *conceal.Concealer
	answered sync.Map                      // by account: what returns its password, as it was got a moment ago
	works    sync.Map                      // by account: the *work of one that is at work

	enter  func(sandbox.Rights) error // nil where the process isn't the program's own
	rights *sandbox.Rights            // what the run has kept; nil without a sandbox

	besideOnce sync.Once
	beside     *config.Config // see knownConfig

	stateOnce sync.Once
	stateDir  *durable.Dir
	stateErr  error
}

// Main runs the program and returns its exit code. The context ends when the
// program has to stop; its cause then is a Signal.
func Main(ctx context.Context, args []string) (code int) {
	secret.NoDumps()
	return (&program{UI: &term.UI{Out: os.Stdout, Err: os.Stderr}, enter: sandbox.Enter}).runCommandLine(ctx, args)
}

// runCommandLine does what the command line says.
func (p *program) runCommandLine(ctx context.Context, args []string) (code int) {
	defer func() {
		if r := recover(); r != nil {
			code = ExitCode(p.reportPanic("", r))
		}
	}()
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	p.Unread = func() { end(term.ErrUnread) }
	app := p.newApp()
	if len(args) > 2 && args[1] == line.CompleteWord {
		for _, answer := range line.Complete(app, p.knownAccounts, args[2], args[3:]) {
			p.PrintResult("%s", answer)
		}
		return exitOK
	}
	arranged, err := line.Arrange(app, args)
	if err == nil {
		err = app.RunContext(ctx, arranged)
	}
	if err != nil && ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = context.Cause(ctx)
	}
	if err == nil {
		err = markOutput(p.Lost)
	}
	var shown *shownError
	if err != nil && !errors.As(err, &shown) {
		p.reportError("", err)
	}
	return ExitCode(err)
}

// A shownError has been printed already and still decides the exit code.
type shownError struct{ error }

func (e *shownError) Unwrap() error { return e.error }

// markShown marks an error as printed.
func markShown(err error) error {
	if err == nil {
		return nil
	}
	return &shownError{err}
}

func (p *program) newApp() *cli.App {
	cli.VersionFlag = &cli.BoolFlag{Name: "version", Usage: "print the version", DisableDefaultText: true}
	app := &cli.App{
		Name:           "popfetch",
		Usage:          "fetch mail from POP3 servers, every message exactly once",
		Version:        version,
		Description:    firstSteps,
		Flags:          p.globalFlags(),
		ExitErrHandler: func(*cli.Context, error) {},
		Writer:         p.Stdout(),
		ErrWriter:      p.Err,
		Commands: []*cli.Command{
			p.syncCommand(), p.listCommand(), p.catCommand(), p.checkCommand(), p.statusCommand(),
			p.deleteCommand(), p.markCommand(), p.initCommand(), p.passwordCommand(), p.loginCommand(),
			p.demoCommand(), p.completionCommand(), p.manCommand(), p.versionCommand(),
		},
	}
	p.addByURLFlags(app.Commands)
	line.PrepareApp(app)
	return app
}

func (p *program) globalFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{
			Name: "config", Aliases: []string{"c"}, EnvVars: []string{"POPFETCH_CONFIG"},
			Usage: "configuration `FILE` (default: ~/.config/popfetch/config.yaml)", Destination: &p.configPath,
		},
		&cli.StringFlag{
			Name: "state-dir", EnvVars: []string{"POPFETCH_STATE_DIR"},
			Usage: "`DIR` for the ledgers (default: ~/.local/state/popfetch)", Destination: &p.statePath,
		},
		&cli.BoolFlag{Name: "verbose", Aliases: []string{"v"}, Usage: "say more of what is done", Destination: &p.Verbose},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "say nothing but errors", Destination: &p.Quiet},
		&cli.StringFlag{Name: "color", Usage: "colours on the terminal: `" + term.Colours + "`", Value: "auto", Destination: &p.Colour},
		&cli.BoolFlag{
			Name: "trace", Destination: &p.Trace,
			Usage: "show the POP3 dialogue on stderr, secrets as *** and messages as a number of bytes",
		},
	}
}

// A configError is about the configuration as a whole, or an account that asks
// for what can't be had.
type configError struct {
	err  error
	hint string
}

func (e *configError) Error() string { return e.err.Error() }

func (e *configError) Unwrap() error { return e.err }

// Hint tells the way out.
func (e *configError) Hint() string { return e.hint }

// openState opens the folder of the ledgers, which is made where it isn't there.
// It stays open as long as the program runs.
func (p *program) openState() (*durable.Dir, error) {
	p.stateOnce.Do(func() {
		path, err := p.stateFolder()
		if err != nil {
			p.stateErr = err
			return
		}
		if p.stateDir, _, err = durable.MakeDir(path); err != nil {
			p.stateErr = &store.Error{Op: "open the state folder", Err: err}
		}
	})
	return p.stateDir, p.stateErr
}

// stateFolder returns where the ledgers are.
func (p *program) stateFolder() (string, error) {
	if p.statePath != "" {
		return p.statePath, nil
	}
	path, err := config.StateDir()
	if err != nil {
		return "", &configError{err, "set HOME, or give --state-dir"}
	}
	return path, nil
}

// configFile returns where the configuration is.
func (p *program) configFile() (string, error) {
	if p.configPath != "" {
		return p.configPath, nil
	}
	path, err := config.DefaultPath()
	if err != nil {
		return "", &configError{err, "set HOME, or give --config"}
	}
	return path, nil
}

// oneAccount returns the account named by the first argument, and the others.
func (p *program) oneAccount(c *cli.Context) (config.Account, []string, error) {
	if c.Args().Len() == 0 {
		return config.Account{}, nil, line.NewUsageError("which account?", c.Command.HelpName+" "+c.Command.ArgsUsage)
	}
	accounts, err := p.findAccounts(c.Args().Slice()[:1])
	if err != nil {
		return config.Account{}, nil, err
	}
	return accounts[0], c.Args().Tail(), nil
}

// onlyAccount returns the account named by the only argument.
func (p *program) onlyAccount(c *cli.Context) (config.Account, error) {
	if c.Args().Len() > 1 {
		return config.Account{}, line.NewUsageError("this takes one account", c.Command.HelpName+" "+c.Command.ArgsUsage)
	}
	account, _, err := p.oneAccount(c)
	return account, err
}

// firstSteps is what a newcomer wants to know, who may have no README.
const firstSteps = `To see it at work, without an account:

  popfetch demo

The first account:

  popfetch init me@example.org

It finds the server, asks for the password, tests the login and writes the
account into ~/.config/popfetch/config.yaml, for an editor to add to:

  accounts:
    example:
      server: pop.example.org
      user: me@example.org
      maildir: ~/Mail/example

Then:

  popfetch sync`

package setup

import (
	"errors"
	"strings"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
	"popfetch/config"
	"popfetch/config/discover"
	"popfetch/config/secret"
)

// A setup is an account in the making.
type setup struct {
	Env
	flags  *cli.Context
	file   *config.File
	others *config.Config // what the file says
	asks   bool           // there is a person to ask
	dryRun bool

	email         string // empty without one
	wantTLS       string // the flag, or empty
	name, maildir string // as given, or what is proposed
	hasName       bool   // it isn't to be asked for any more
	hasMailbox    bool

	candidate
	user     string
	typed    secret.Secret    // the password, if it was typed or piped in
	password []config.Setting // where the account has it from
	oauth    []config.Setting // nil: it logs in by a password
	refused  error            // why the login wasn't possible, already shown
	isTested bool
	isClear  bool // the password may cross the network in the clear, and has to

	queue    *candidateQueue // what else there is
	declined map[string]bool // hosts that the person doesn't want
	doubtful error           // why a candidate was passed over for want of a person
}

// A candidate is a server that may be the account's.
type candidate struct {
	discover.Found
	server string // as the configuration has it
}

// newSetup reads the flags and the configuration, so that whatever is wrong
// with them comes before the first question.
func newSetup(c *cli.Context, env Env) (*setup, error) {
	s := &setup{
		Env: env, flags: c, dryRun: c.Bool("dry-run"), asks: !c.Bool("yes") && secret.HasTerminal(),
		email: strings.TrimSpace(c.Args().First()), wantTLS: c.String("tls"), name: c.String("name"), maildir: c.String("maildir"),
	}
	if err := s.readPasswordFlags(); err != nil {
		return nil, err
	}
	if err := s.checkFlags(); err != nil {
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
		secret.HideVariable(a.Password.Env)
	}
	if s.file.Info != nil && !s.file.Info.Mode().IsRegular() {
		return nil, &FileError{errors.New(path + " is no file that an account could be added to"), "name another with --config"}
	}
	s.declined = map[string]bool{}
	s.hasName, s.hasMailbox = s.name != "", s.maildir != "" || c.String("mbox") != ""
	if s.hasName {
		if err := s.checkName(s.name); err != nil {
			return nil, err
		}
	}
	return s, s.checkValues()
}

// with is the account with a candidate for its server, and with a name,
// whether or not that has been chosen.
func (s *setup) with(c candidate) *setup {
	with := *s
	with.candidate, with.user = c, c.Users[0]
	if with.name == "" {
		with.name = with.proposeName()
	}
	return &with
}

// checkName says why an account can't have a name.
func (s *setup) checkName(name string) error {
	if err := config.CheckName(name); err != nil {
		return line.Usage(err.Error(), "")
	}
	if as, isTaken := s.others.Taken(name); isTaken {
		return taken(&config.TakenError{Name: as, Path: s.file.Path})
	}
	return nil
}

// taken is a TakenError with the way out.
func taken(err error) error {
	if is[*config.TakenError](err) {
		return line.Usage(err.Error(), "choose another with --name")
	}
	return err
}

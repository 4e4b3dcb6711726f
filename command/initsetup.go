package command

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"popfetch/config"
	"popfetch/config/discover"
	"popfetch/config/secret"
)

// A setup is an account in the making.
type setup struct {
	*program
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
}

// A candidate is a server that may be the account's.
type candidate struct {
	discover.Found
	server string // as the configuration has it
}

// passwordFlags are the flags that say where the password is, and their keys.
var passwordFlags = [][2]string{
	{"password-command", "password_command"}, {"password-file", "password_file"}, {"password-env", "password_env"},
}

// newSetup reads the flags and the configuration, so that whatever is wrong
// with them comes before the first question.
func (p *program) newSetup(c *cli.Context) (*setup, error) {
	s := &setup{
		program: p, flags: c, dryRun: c.Bool("dry-run"), asks: !c.Bool("yes") && secret.HasTerminal(),
		email: strings.TrimSpace(c.Args().First()), wantTLS: c.String("tls"), name: c.String("name"), maildir: c.String("maildir"),
	}
	if err := s.readPasswordFlags(); err != nil {
		return nil, err
	}
	if err := s.checkFlags(); err != nil {
		return nil, err
	}
	path, err := p.configFile()
	if err != nil {
		return nil, err
	}
	if s.file, err = config.ReadFile(path); err == nil {
		s.others, err = s.file.Config()
	}
	if err != nil {
		return nil, &configError{err: err}
	}
	s.hasName, s.hasMailbox = s.name != "", s.maildir != "" || c.String("mbox") != ""
	if s.hasName {
		if err := s.checkName(s.name); err != nil {
			return nil, err
		}
	}
	return s, s.checkValues()
}

// checkValues says which flag has a value that the account can't have.
func (s *setup) checkValues() error {
	trial := s.with(s.given(cmp.Or(s.flags.String("server"), "localhost")))
	trial.user = cmp.Or(trial.user, "me") // it may still be asked for
	_, _, err := trial.make()
	if bad, ok := errors.AsType[*config.Error](err); ok && bad.Problems[0].Key != "" {
		p := bad.Problems[0]
		return &usageError{"--" + strings.ReplaceAll(p.Key, "_", "-") + ": " + p.Text, p.Hint}
	}
	return err
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

// readPasswordFlags makes the key of the one flag that says where the password
// is.
func (s *setup) readPasswordFlags() error {
	given := 0
	for _, f := range passwordFlags {
		value := s.flags.String(f[0])
		if f[0] == "password-file" {
			value = wholePath(value)
		}
		if value != "" {
			s.password = []config.Setting{{Key: f[1], Value: value}}
			given++
		}
	}
	if s.flags.Bool("stdin") {
		given++
	}
	if given > 1 {
		return &usageError{"the password can come from one place only", "give one of --password-command, --password-file, --password-env and --stdin"}
	}
	return nil
}

// checkFlags says what the flags don't say, where nobody can be asked, and
// which of them exclude each other.
func (s *setup) checkFlags() error {
	c := s.flags
	hasServer := c.String("server") != ""
	modes := []string{config.TLSImplicit.String(), config.TLSStartTLS.String(), config.TLSNone.String()}
	var missing []string
	need := func(isGiven bool, what string) {
		if !isGiven {
			missing = append(missing, what)
		}
	}
	need(s.asks || s.email != "" || hasServer && c.String("user") != "", "EMAIL, or --server and --user")
	if !s.asks && !c.Bool("yes") {
		need(s.name != "", "--name")
		need(s.maildir != "" || c.String("mbox") != "", "--maildir or --mbox")
		need(s.dryRun || s.hasPassword() || c.Bool("no-test") || c.String("client-id") != "", "--password-command or its like")
	}
	switch {
	case c.Args().Len() > 1:
		return &usageError{"this takes one address", "popfetch init me@example.org"}
	case s.wantTLS != "" && !slices.Contains(modes, s.wantTLS):
		return &usageError{"there is no --tls " + s.wantTLS, "use one of " + strings.Join(modes, ", ")}
	case s.maildir != "" && c.String("mbox") != "":
		return &usageError{"--maildir and --mbox exclude each other", "give one of them"}
	case len(missing) > 0 && !s.asks && !c.Bool("yes"):
		return &usageError{"no terminal to ask on, and no " + strings.Join(missing, ", no "), "give them, or --yes to take what is found"}
	case len(missing) > 0:
		return &usageError{"which address?", "popfetch init me@example.org"}
	case hasServer && s.email != "" && !strings.Contains(strings.Trim(s.email, "@"), "@"):
		return &usageError{"not a mail address", "write it as in me@example.org"}
	}
	return nil
}

// hasPassword reports whether a flag says where the password is.
func (s *setup) hasPassword() bool { return len(s.password) > 0 || s.flags.Bool("stdin") }

// checkName says why an account can't have a name.
func (s *setup) checkName(name string) error {
	if err := config.CheckName(name); err != nil {
		return &usageError{err.Error(), ""}
	}
	if as, isTaken := s.others.Taken(name); isTaken {
		return taken(&config.TakenError{Name: as, Path: s.file.Path})
	}
	return nil
}

// taken is a TakenError with the way out.
func taken(err error) error {
	if is[*config.TakenError](err) {
		return &usageError{err.Error(), "choose another with --name"}
	}
	return err
}

// make returns the account as it stands, and what is to be written. Only what
// differs from what the account has anyway is written.
func (s *setup) make() (account, config.Draft, error) {
	draft := config.Draft{Name: s.name, Settings: s.settings(nil)}
	a, err := s.read(draft)
	if err != nil {
		return a, draft, err
	}
	var more []config.Setting
	if a.TLS.Mode != s.TLS {
		more = append(more, config.Setting{Key: "tls", Value: s.TLS.String()})
	}
	if s.MinInterval > a.MinInterval && s.flags.String("min-interval") == "" {
		more = append(more, config.Setting{Key: "min_interval", Value: durationText(s.MinInterval)})
	}
	if len(more) > 0 {
		draft.Settings = s.settings(more)
		a, err = s.read(draft)
	}
	return a, draft, err
}

// read makes an account of a draft. Where the file takes no more lines, the
// draft is for a person to write there, and stands alone.
func (s *setup) read(draft config.Draft) (account, error) {
	_, a, err := s.file.Add(draft)
	if is[*config.PlaceError](err) {
		_, a, err = (&config.File{Path: s.file.Path}).Add(draft)
	}
	return a, taken(asConfigError(err))
}

// asConfigError lets an error about a value be one of the configuration.
func asConfigError(err error) error {
	if bad, ok := errors.AsType[*config.Error](err); ok {
		return &configError{err: bad}
	}
	return err
}

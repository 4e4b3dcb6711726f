package setup

import (
	"cmp"
	"errors"
	"strings"
	"unicode/utf8"

	"popfetch/command/line"
	"popfetch/config"
)

// passwordFlags are the flags that say where the password is, and their keys.
var passwordFlags = [][2]string{
	{"password-command", "password_command"}, {"password-file", "password_file"}, {"password-env", "password_env"},
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
		return line.Usage("the password can come from one place only", "give one of --password-command, --password-file, --password-env and --stdin")
	}
	return nil
}

// checkFlags says what the flags don't say, where nobody can be asked, and
// which of them exclude each other.
func (s *setup) checkFlags() error {
	c := s.flags
	hasServer := c.String("server") != ""
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
	for _, name := range c.FlagNames() {
		if !utf8.ValidString(c.String(name)) {
			return line.Usage("--"+name+": "+notUTF8, utf8Hint)
		}
	}
	switch {
	case !utf8.ValidString(s.email):
		return line.Usage("the address: "+notUTF8, utf8Hint)
	case c.Args().Len() > 1:
		return line.Usage("this takes one address", "popfetch init me@example.org")
	case strings.Contains(c.String("proxy"), "@"):
		return line.Usage("--proxy: its login would stand in the list of processes", "write proxy into the configuration, under defaults")
	case s.maildir != "" && c.String("mbox") != "":
		return line.Usage("--maildir and --mbox exclude each other", "give one of them")
	case len(missing) > 0 && !s.asks && !c.Bool("yes"):
		return line.Usage("no terminal to ask on, and no "+strings.Join(missing, ", no "), "give them, or --yes to take what is found")
	case len(missing) > 0:
		return line.Usage("which address?", "popfetch init me@example.org")
	case hasServer && s.email != "" && !strings.Contains(strings.Trim(s.email, "@"), "@"):
		return line.Usage("not a mail address", "write it as in me@example.org")
	}
	return nil
}

// The configuration can have no other text.
const notUTF8, utf8Hint = "not UTF-8", "check the character set of the terminal"

// hasPassword reports whether a flag says where the password is.
func (s *setup) hasPassword() bool { return len(s.password) > 0 || s.flags.Bool("stdin") }

// trial is the account as far as the flags say, with something for what they
// don't.
func (s *setup) trial() *setup {
	trial := s.with(s.given(cmp.Or(s.flags.String("server"), "localhost")))
	trial.user = cmp.Or(trial.user, "me") // it may still be asked for
	return trial
}

// checkValues says which flag has a value that the account can't have.
func (s *setup) checkValues() error {
	_, _, err := s.trial().make()
	if bad, ok := errors.AsType[*config.Error](err); ok && bad.Problems[0].Key != "" {
		p := bad.Problems[0]
		return line.Usage("--"+strings.ReplaceAll(p.Key, "_", "-")+": "+p.Text, p.Hint)
	}
	return err
}

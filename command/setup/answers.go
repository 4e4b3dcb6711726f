package setup

import (
	"strings"
	"unicode/utf8"

	"popfetch/command/line"
	"popfetch/config"
)

// Answers are what the command line says in advance, or a person answers.
type Answers struct {
	Email           string
	Server          string // HOST or HOST:PORT; empty: it is looked for
	TLS             string // implicit, starttls or none; empty: as it is found
	CAFile          string
	Fingerprint     string
	User, Name      string
	Maildir, MBox   string // neither: a Maildir that is called like the account
	PasswordCommand string
	PasswordFile    string
	PasswordEnv     string
	Stdin           bool // the password comes from there, and is to be kept
	ClientID        string
	Delete          string
	MinInterval     string
	Proxy           string
	NoISPDB         bool
	NoTest          bool
	Yes             bool // nothing is asked
	DryRun          bool
}

// checkAnswers says what the command line doesn't say, where nobody can be asked,
// and which answers exclude each other.
func checkAnswers(a Answers, asks bool) error {
	if len(a.passwordSources()) > 1 || len(a.passwordSources()) > 0 && a.Stdin {
		return line.NewUsageError("the password can come from one place only", "give one of --password-command, --password-file, --password-env and --stdin")
	}
	var missing []string
	need := func(isGiven bool, what string) {
		if !isGiven {
			missing = append(missing, what)
		}
	}
	need(asks || a.Email != "" || a.Server != "" && a.User != "", "EMAIL, or --server and --user")
	if !asks && !a.Yes {
		need(a.Name != "", "--name")
		need(a.Maildir != "" || a.MBox != "", "--maildir or --mbox")
		need(a.DryRun || a.hasPassword() || a.NoTest || a.ClientID != "", "--password-command or its like")
	}
	if err := CheckText("the address", a.Email); err != nil {
		return err
	}
	switch {
	case strings.Contains(a.Proxy, "@"):
		return line.NewUsageError("--proxy: its login would stand in the list of processes", "write proxy into the configuration, under defaults")
	case a.Maildir != "" && a.MBox != "":
		return line.NewUsageError("--maildir and --mbox exclude each other", "give one of them")
	case len(missing) > 0 && !asks && !a.Yes:
		return line.NewUsageError("no terminal to ask on, and no "+strings.Join(missing, ", no "), "give them, or --yes to take what is found")
	case len(missing) > 0:
		return line.NewUsageError("which address?", "popfetch init me@example.org")
	case a.Server != "" && a.Email != "" && !strings.Contains(strings.Trim(a.Email, "@"), "@"):
		return line.NewUsageError("not a mail address", "write it as in me@example.org")
	}
	return nil
}

// CheckText refuses a text that the configuration couldn't have.
func CheckText(name, text string) error {
	if !utf8.ValidString(text) {
		return line.NewUsageError(name+": not UTF-8", utf8Hint)
	}
	return nil
}

const utf8Hint = "check the character set of the terminal"

// passwordSources are the keys that say where the password is.
func (a Answers) passwordSources() (settings []config.Setting) {
	for _, s := range []config.Setting{
		{Key: "password_command", Value: a.PasswordCommand},
		{Key: "password_file", Value: wholePath(a.PasswordFile)},
		{Key: "password_env", Value: a.PasswordEnv},
	} {
		if s.Value != "" {
			settings = append(settings, s)
		}
	}
	return settings
}

// hasPassword reports whether it is said where the password is.
func (a Answers) hasPassword() bool { return len(a.passwordSources()) > 0 || a.Stdin }

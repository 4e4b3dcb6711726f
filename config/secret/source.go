package secret

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
)

// maxOutput bounds what is read of a file or of a command's output.
const maxOutput = 64 << 10

// urlVariable holds the password of an account that is named by URL.
const urlVariable = "POPFETCH_PASSWORD"

// A Source says where the password of one account comes from. At most one of
// Command, File, Env and Password is set. When none is, the password comes
// from the keyring, or else from a person.
type Source struct {
	Account string // name of the account: the keyring's item
	Login   string // user@host: for a person to read, and whom the keyring's item is for

	Command  string // shell command whose first line of output is the password
	File     string // file whose first line is the password
	Env      string // variable of the environment
	Password Secret // the password itself

	// URL marks an account that was named by URL: it can't have a
	// configuration, so POPFETCH_PASSWORD is asked before the keyring.
	URL bool
}

// ReadPassword returns the password. It asks through prompt when no other source has
// it; a nil prompt asks nobody. An error is an *Error, or the context's own.
func (s Source) ReadPassword(ctx context.Context, prompt Prompt) (Secret, error) {
	switch {
	case s.Command != "":
		return FromCommand(ctx, "password_command", "password", s.Command)
	case s.File != "":
		return fromFile(s.File)
	case s.Env != "":
		return fromEnv("password_env "+s.Env, s.Env)
	case !s.Password.IsZero():
		return s.Password, nil
	case s.URL && os.Getenv(urlVariable) != "":
		return fromEnv(urlVariable, urlVariable)
	}
	kept, err := s.KeptPassword(ctx)
	_, isOther := errors.AsType[*OtherLoginError](err)
	switch {
	case ctx.Err() != nil:
		return Secret{}, ctx.Err()
	case isOther: // Whoever changed the server may wait for it to be typed.
		return Secret{}, err
	case err != nil:
		return s.askPerson(ctx, prompt, err)
	}
	return parseFrom("keyring", kept.Reveal())
}

// AtHand returns the password if it can be had without asking a person, a keyring or a
// command, or else none.
func (s Source) AtHand() (password Secret) {
	switch {
	case s.Command != "":
	case s.File != "":
		password, _ = fromFile(s.File)
	case s.Env != "":
		password = New(os.Getenv(s.Env))
	case !s.Password.IsZero():
		password = s.Password
	case s.URL:
		password = New(os.Getenv(urlVariable))
	}
	return password // what is wrong with it is told by who needs it
}

// ExamineFile finds what is wrong with a source that can be looked at without
// reading a password: a file. The error is an *Error.
func (s Source) ExamineFile() error {
	if s.File == "" {
		return nil
	}
	file, err := OpenPrivate("password_file "+s.File, s.File)
	if err != nil {
		return err
	}
	return file.Close()
}

// askPerson turns to a person. A keyring that is out of order doesn't keep one from
// typing the password, but is worth telling when nobody can be asked.
func (s Source) askPerson(ctx context.Context, prompt Prompt, keyringErr error) (Secret, error) {
	if prompt == nil {
		prompt = askNobody
	}
	password, err := prompt(ctx, s.promptText())
	switch {
	case err == nil:
		return password, nil
	case ctx.Err() != nil:
		return Secret{}, ctx.Err()
	case errors.Is(err, ErrNoTerminal):
		way := choices
		if s.URL {
			way = choicesByURL
		}
		return Secret{}, &Error{"no password", fmt.Errorf("%w; %w", keyringErr, ErrNoTerminal), way}
	}
	return Secret{}, &Error{"password prompt", err, ""}
}

// promptText is what the person reads.
func (s Source) promptText() string {
	if s.Login == "" || s.Login == s.Account {
		return "Password for " + s.Account + ": "
	}
	return "Password for " + s.Account + " (" + s.Login + "): "
}

// fromEnv reads a variable of the environment.
func fromEnv(source, name string) (Secret, error) {
	value := os.Getenv(name)
	if value == "" {
		return Secret{}, &Error{source, errors.New("the variable is unset or empty"), ""}
	}
	return parseFrom(source, value)
}

var errUTF16 = errors.New("it is in UTF-16, as PowerShell writes it")

// WayOf returns the way out where FirstLine fails: usual, or one that fits better.
func WayOf(err error, usual string) string {
	if errors.Is(err, errUTF16) {
		return "write it in UTF-8; in PowerShell with: Set-Content -Encoding utf8"
	}
	return usual
}

// parseFrom is Parse with the name of the source in the error.
func parseFrom(source, text string) (Secret, error) {
	password, err := Parse(text)
	if err != nil {
		return Secret{}, &Error{source, err, ""}
	}
	return password, nil
}

// FirstLine makes a Secret of the first line of what a file, a command or
// stdin gave. Password managers print notes below the password. The byte order
// mark that Windows' programs put in front is no part of it.
func FirstLine(what string, output []byte) (Secret, error) {
	if bytes.HasPrefix(output, []byte("\xff\xfe")) || bytes.HasPrefix(output, []byte("\xfe\xff")) {
		return Secret{}, errUTF16
	}
	output = bytes.TrimPrefix(output, []byte("\ufeff"))
	line, _, ended := bytes.Cut(output, []byte("\n"))
	if ended {
		line = bytes.TrimSuffix(line, []byte("\r"))
	}
	return parseAs(what, string(line))
}

package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"popfetch/config"
	"popfetch/config/secret"
	"popfetch/store"
	"popfetch/store/durable"
)

// keep puts a password that was typed where the account will find it.
func (s *setup) keep(ctx context.Context) error {
	if s.typed.IsZero() {
		return nil
	}
	a, _, err := s.make()
	if err != nil {
		return err
	}
	ways := "fcn"
	if !hasSource(a) { // The defaults would come before the keyring.
		_, err := secret.Lookup(ctx, s.name)
		if err == nil || errors.Is(err, secret.ErrNotFound) {
			ways = "kfcn"
		} else {
			s.info("", "%v", err)
		}
	}
	for {
		way, err := s.chooseWay(ctx, ways)
		if err == nil {
			err = s.keepBy(ctx, way)
		}
		if err == nil || ctx.Err() != nil || !is[*secret.Error](err) || way != 'k' {
			return err
		}
		s.fail(s.name, err)
		ways = "fcn"
	}
}

// wayQuestions ask for one of the ways to keep a password.
var wayQuestions = map[string]string{
	"kfcn": "Keep the password in the (k)eyring, in a (f)ile that only you can read, by a (c)ommand that prints it, or (n)owhere?",
	"fcn":  "Keep the password in a (f)ile that only you can read, by a (c)ommand that prints it, or (n)owhere?",
}

func (s *setup) chooseWay(ctx context.Context, ways string) (byte, error) {
	if !s.asks {
		return ways[0], nil
	}
	return s.choose(ctx, wayQuestions[ways], ways)
}

func (s *setup) keepBy(ctx context.Context, way byte) error {
	switch way {
	case 'k':
		err := secret.Store(ctx, s.name, s.typed)
		if err == nil {
			s.warn(s.name, "the password is in the keyring, which cron mostly can't reach")
		}
		return err
	case 'f':
		return s.keepInFile()
	case 'c':
		return s.keepByCommand(ctx)
	}
	return nil
}

// passwordFolder is beside the configuration, and only its owner can enter it.
const passwordFolder = "passwords"

// keepInFile writes the password into a file that only its owner can read.
func (s *setup) keepInFile() error {
	failed := func(err error) error { return &store.Error{Op: "write the password", Err: err} }
	path, err := filepath.Abs(s.file.Path)
	if err != nil {
		return failed(err)
	}
	folder := filepath.Join(filepath.Dir(path), passwordFolder)
	dir, _, err := durable.MakeDir(folder)
	if err != nil {
		return failed(err)
	}
	defer dir.Close()
	if info, err := os.Stat(folder); err == nil && secret.Exposed(info) {
		err = fmt.Errorf("others can enter %s (mode %#o): chmod 700 it", folder, info.Mode().Perm())
		return &secret.Error{Source: "password_file", Err: err}
	}
	err = dir.Replace(s.name, func(w io.Writer) error {
		_, err := io.WriteString(w, s.typed.Reveal()+"\n")
		return err
	})
	if err != nil {
		return failed(err)
	}
	s.password = []config.Setting{{Key: "password_file", Value: passwordFolder + "/" + s.name}}
	s.warn(s.name, "the password is in %s", dir.Path(s.name))
	return nil
}

// keepByCommand asks for the command that prints the password, and sees that
// it does.
func (s *setup) keepByCommand(ctx context.Context) error {
	for {
		command, err := s.ask(ctx, "Command that prints the password", "")
		if err != nil {
			return err
		}
		printed, err := secret.FromCommand(ctx, "password_command", "password", command)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			s.fail(s.name, err)
			continue
		case !printed.Equal(s.typed):
			s.warn(s.name, "it printed another password than the one that was typed")
			continue
		}
		s.password = []config.Setting{{Key: "password_command", Value: command}}
		return nil
	}
}

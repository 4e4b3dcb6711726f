package setup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"popfetch/command/line"
	"popfetch/command/term"
	"popfetch/config"
	"popfetch/config/secret"
)

// ask asks for one line; an empty one takes what is proposed.
func (s *setup) ask(ctx context.Context, question, proposed string) (string, error) {
	if proposed != "" {
		question = fmt.Sprintf("%s [%s]", question, proposed)
	}
	for {
		answer, err := secret.Line(ctx, term.Clean(question)+": ")
		switch {
		case err != nil:
			return "", asked(ctx, err)
		case answer == "":
			return proposed, nil
		case utf8.ValidString(answer):
			return answer, nil
		}
		s.Fail("", line.Usage(notUTF8, utf8Hint))
	}
}

// asked is the error of a question that wasn't answered.
func asked(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, io.EOF), errors.Is(err, secret.ErrNoAnswer):
		return line.Usage("no answer", "popfetch init --help lists the flags that answer in advance")
	}
	return &secret.Error{Source: "terminal", Err: err}
}

// agrees asks what only these words agree to.
func (s *setup) agrees(ctx context.Context, question string, words ...string) (bool, error) {
	answer, err := s.ask(ctx, question, "")
	return slices.Contains(words, strings.ToLower(answer)), err
}

// choose asks for one of a few letters; the first is the one that is proposed.
func (s *setup) choose(ctx context.Context, question, letters string) (byte, error) {
	for {
		answer, err := s.ask(ctx, question, letters[:1])
		if err != nil {
			return 0, err
		}
		if letter := strings.ToLower(answer)[0]; strings.IndexByte(letters, letter) >= 0 {
			return letter, nil
		}
	}
}

// askAddress asks for the address where it's needed and isn't given.
func (s *setup) askAddress(ctx context.Context) (err error) {
	for s.email == "" && (s.flags.String("server") == "" || s.flags.String("user") == "") && err == nil {
		s.email, err = s.ask(ctx, "Mail address (or --server and --user)", "")
	}
	return err
}

// askServers yields the servers that a person names, until there is no answer.
func (s *setup) askServers(ctx context.Context) iter.Seq2[candidate, error] {
	return func(yield func(candidate, error) bool) {
		for {
			server, err := s.ask(ctx, "POP3 server of the provider, as host or host:port (--server), or Return to give up", "")
			switch {
			case is[*line.UsageError](err) || err == nil && server == "":
				return
			case err != nil:
				yield(candidate{}, err)
				return
			}
			named := s.given(server)
			if _, _, err := s.with(named).make(); err != nil {
				s.Fail("", err)
				continue
			}
			delete(s.declined, named.Host)
			if !yield(named, nil) {
				return
			}
		}
	}
}

// chooseName settles the account's name.
func (s *setup) chooseName(ctx context.Context) (bool, error) {
	if s.hasName {
		return true, nil
	}
	proposed := s.proposeName()
	s.name = proposed
	for s.asks {
		name, err := s.ask(ctx, "Name of the account (--name)", proposed)
		if err != nil {
			return false, err
		}
		if err := s.checkName(name); err != nil {
			s.Fail("", errors.New(err.Error())) // without the hint at a flag
			continue
		}
		s.name = name
		break
	}
	s.hasName = true
	return true, nil
}

// chooseMailbox settles where the mail goes.
func (s *setup) chooseMailbox(ctx context.Context) (bool, error) {
	for s.asks && !s.hasMailbox {
		path, err := s.ask(ctx, "Maildir for its mail (--maildir, or --mbox)", "~/Mail/"+s.name)
		if err != nil {
			return false, err
		}
		s.maildir = path
		_, _, err = s.make()
		if bad, ok := errors.AsType[*config.Error](err); !ok || bad.Problems[0].Key != "maildir" {
			break
		}
		s.Fail("", err)
	}
	s.hasMailbox = true
	_, _, err := s.make()
	return err == nil, err
}

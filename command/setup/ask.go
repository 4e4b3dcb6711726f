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

// askLine asks for one line; an empty one takes what is proposed.
func (s *setup) askLine(ctx context.Context, question, proposed string) (string, error) {
	if proposed != "" {
		question = fmt.Sprintf("%s [%s]", question, proposed)
	}
	for {
		answer, err := secret.AskLine(ctx, term.Clean(question)+": ")
		switch {
		case err != nil:
			return "", unansweredError(ctx, err)
		case answer == "":
			return proposed, nil
		case utf8.ValidString(answer):
			return answer, nil
		}
		s.ReportError("", line.NewUsageError("not UTF-8", utf8Hint))
	}
}

// unansweredError is the error of a question that wasn't answered.
func unansweredError(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, io.EOF), errors.Is(err, secret.ErrNoAnswer):
		return line.NewUsageError("no answer", "popfetch init --help lists the flags that answer in advance")
	}
	return &secret.Error{Source: "terminal", Err: err}
}

// askAgreement asks what only these words agree to.
func (s *setup) askAgreement(ctx context.Context, question string, words ...string) (bool, error) {
	answer, err := s.askLine(ctx, question, "")
	return slices.Contains(words, strings.ToLower(answer)), err
}

// chooseLetter asks for one of a few letters; the first is the one that is proposed.
func (s *setup) chooseLetter(ctx context.Context, question, letters string) (byte, error) {
	for {
		answer, err := s.askLine(ctx, question, letters[:1])
		if err != nil {
			return 0, err
		}
		if letter := strings.ToLower(answer)[0]; strings.IndexByte(letters, letter) >= 0 {
			return letter, nil
		}
	}
}

// askAddress asks for the address where it's needed and isn't given.
func (s *setup) askAddress(ctx context.Context, a *Answers) (err error) {
	for a.Email == "" && (a.Server == "" || a.User == "") && err == nil {
		a.Email, err = s.askLine(ctx, "Mail address (or --server and --user)", "")
	}
	return err
}

// askServers yields the servers that a person names, until there is no answer.
func (s *search) askServers(ctx context.Context, a *Answers) iter.Seq2[candidate, error] {
	return func(yield func(candidate, error) bool) {
		for {
			server, err := s.askLine(ctx, "POP3 server of the provider, as host or host:port (--server), or Return to give up", "")
			switch {
			case isError[*line.UsageError](err) || err == nil && server == "":
				return
			case err != nil:
				yield(candidate{}, err)
				return
			}
			c := newChoice(givenServer(*a, server))
			if _, _, err := s.makeAccount(s.withName(*a, c), c, kept{from: a.passwordSources()}); err != nil {
				s.ReportError("", err)
				continue
			}
			delete(s.declined, c.Host)
			if !yield(c.candidate, nil) {
				return
			}
		}
	}
}

// chooseName settles the account's name.
func (s *setup) chooseName(ctx context.Context, a *Answers, c choice) error {
	if a.Name != "" {
		return nil
	}
	proposed := s.proposeName(*a, c)
	for s.asks {
		name, err := s.askLine(ctx, "Name of the account (--name)", proposed)
		if err != nil {
			return err
		}
		if err := s.checkName(name); err != nil {
			s.ReportError("", errors.New(err.Error())) // without the hint at a flag
			continue
		}
		a.Name = name
		return nil
	}
	a.Name = proposed
	return nil
}

// chooseMailbox settles where the mail goes.
func (s *setup) chooseMailbox(ctx context.Context, a *Answers, c choice, k kept) error {
	for s.asks && a.Maildir+a.MBox == "" {
		path, err := s.askLine(ctx, "Maildir for its mail (--maildir, or --mbox)", "~/Mail/"+a.Name)
		if err != nil {
			return err
		}
		with := *a
		with.Maildir = path
		_, _, err = s.makeAccount(with, c, k)
		if bad, ok := errors.AsType[*config.Error](err); ok && bad.Problems[0].Key == "maildir" {
			s.ReportError("", err)
			continue
		}
		*a = with
	}
	_, _, err := s.makeAccount(*a, c, k)
	return err
}

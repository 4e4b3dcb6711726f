package fetch

import (
	"errors"
	"fmt"
	"time"

	"popfetch/fetch/pop3"
)

// Plan lists the maildrop and makes the plan for it.
func (j *Job) Plan(s *Session) (*Plan, error) {
	items, err := s.List(j.Rules.MaxSize > 0)
	if err != nil {
		return nil, err
	}
	plan := NewPlan(items, j.Ledger, j.Rules, time.Now())
	if doubtful := plan.doubtful(); len(doubtful) > 0 {
		j.note("headers to look at, as UIDs alone don't tell which messages these are: %d", len(doubtful))
		looks, err := s.look(doubtful)
		if err != nil {
			return nil, err
		}
		plan.recognise(looks)
	}
	if j.Progress != nil {
		j.Progress.Planned.Store(int64(len(plan.Retrieve) + len(plan.check)))
	}
	return plan, nil
}

// A NoUIDLError says that the server doesn't tell its messages apart.
type NoUIDLError struct{ Err error }

func (e *NoUIDLError) Error() string { return "the server has no UIDL: " + e.Err.Error() }

func (e *NoUIDLError) Unwrap() error { return e.Err }

// List asks for the listing, with sizes where they are wanted, and for what
// the server can do now that the login is done.
func (s *Session) List(sizes bool) ([]pop3.Item, error) {
	items, err := s.Client.Survey(pop3.Survey{Capabilities: s.Before != nil, UIDs: true, Sizes: sizes})
	refused := (*pop3.Error)(nil)
	if errors.As(err, &refused) && refused.Command == "UIDL" && !s.Client.Announced().Has(pop3.CapUIDL) {
		return nil, &NoUIDLError{Err: err}
	}
	if err != nil {
		return nil, fmt.Errorf("list the maildrop: %w", err)
	}
	return items, nil
}

// look looks at the headers of messages, where the server shows them.
func (s *Session) look(targets []Target) ([]look, error) {
	looks := make([]look, len(targets))
	if caps := s.Client.Announced(); caps != nil && !caps.Has(pop3.CapTop) {
		return looks, nil
	}
	var header headerCopy
	i := 0
	for m, err := range s.Client.Top(Numbers(targets), 0) {
		if err == nil {
			header.reset()
			_, err = m.WriteTo(&header)
			looks[i] = look{seen: true, print: fingerprint(header.text)}
		}
		if err != nil && !errors.As(err, new(*pop3.Error)) {
			return nil, fmt.Errorf("read headers: %w", err)
		}
		i++
	}
	return looks, nil
}

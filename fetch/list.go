package fetch

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"popfetch/fetch/pop3"
)

// Plan lists the maildrop and makes the plan for it.
func (j *Job) Plan(s *Session) (*Plan, error) {
	listing := NewListing(j.Ledger)
	if err := s.list(listing); err != nil {
		return nil, err
	}
	plan := NewPlan(listing, j.Rules, time.Now())
	if doubtful := plan.doubtful(); len(doubtful) > 0 {
		j.note("headers to look at, as UIDs alone don't tell which messages these are: %d", len(doubtful))
		looks, err := s.look(doubtful)
		if err != nil {
			return nil, err
		}
		plan.recognise(looks)
	}
	var sizes map[int]int64
	if j.Rules.MaxSize > 0 {
		var err error
		if sizes, err = s.sizes(slices.Concat(plan.Retrieve, plan.check), plan.OnServer); err != nil {
			return nil, err
		}
	}
	plan.bound(sizes)
	if j.Progress != nil {
		j.Progress.Planned.Store(int64(len(plan.Retrieve) + len(plan.check)))
	}
	return plan, nil
}

// list fills the listing as the lines come in, so that it is done when the
// server is. It also asks what the server can do now that the login is done.
func (s *Session) list(listing *Listing) error {
	err := s.Client.UniqueIDs(s.Before != nil, listing.Add)
	s.listed = err == nil
	return s.unlisted(err)
}

// sizes asks for the sizes of messages; those that the server doesn't tell are
// left out. Of a few messages in a large maildrop it asks each, as a list of all
// costs the server much, if that takes no more round trips.
func (s *Session) sizes(targets []Target, onServer int) (map[int]int64, error) {
	sizes := make(map[int]int64, len(targets))
	each := len(targets) <= 1 || len(targets) <= onServer/8 && s.Client.Pipelines()
	if !each {
		items, err := s.Client.Survey(pop3.Survey{Sizes: true})
		for _, item := range items {
			sizes[item.Number] = item.Size
		}
		return sizes, s.unlisted(err)
	}
	for item, err := range s.Client.Sizes(Numbers(targets)) {
		if err != nil && !errors.As(err, new(*pop3.Error)) {
			return nil, s.unlisted(err)
		}
		if err == nil {
			sizes[item.Number] = item.Size
		}
	}
	return sizes, nil
}

// A NoUIDLError says that the server doesn't tell its messages apart.
type NoUIDLError struct{ Err error }

func (e *NoUIDLError) Error() string { return "the server has no UIDL: " + e.Err.Error() }

func (e *NoUIDLError) Unwrap() error { return e.Err }

// List asks for the listing, with sizes where they are wanted, and for what
// the server can do now that the login is done.
func (s *Session) List(sizes bool) ([]pop3.Item, error) {
	items, err := s.Client.Survey(pop3.Survey{Capabilities: s.Before != nil, UIDs: true, Sizes: sizes})
	if err := s.unlisted(err); err != nil {
		return nil, err
	}
	return items, nil
}

// unlisted says why there is no listing.
func (s *Session) unlisted(err error) error {
	refused := (*pop3.Error)(nil)
	if errors.As(err, &refused) && refused.Command == "UIDL" && !s.Client.Announced().Has(pop3.CapUIDL) {
		return &NoUIDLError{Err: err}
	}
	if err != nil {
		return fmt.Errorf("list the maildrop: %w", err)
	}
	return nil
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

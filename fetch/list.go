package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"popfetch/fetch/pop3"
	"popfetch/store/ledger"
)

// Plan lists the maildrop and makes the plan for it.
func (j *Job) Plan(ctx context.Context, s *Session) (*Plan, error) {
	listing, err := j.list(s)
	if err != nil {
		return nil, err
	}
	plan := NewPlan(listing, j.Rules, time.Now())
	if doubtful := plan.doubtful(); len(doubtful) > 0 {
		j.note("headers to look at, as UIDs alone don't tell which messages these are: %d", len(doubtful))
		if err := j.tellSizes(s, plan, doubtful); err != nil {
			return nil, err
		}
		looks, err := s.look(doubtful)
		if err != nil {
			return nil, err
		}
		plan.recognise(looks)
	}
	if err := j.filter(ctx, s, plan); err != nil {
		return nil, err
	}
	sizes := listing.sizes
	if j.Rules.MaxSize > 0 && len(sizes) < listing.Len() {
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

// maxCompared is how many messages are compared with the ledger by their sizes
// as well. It takes no round trip, but of a large maildrop LIST costs as much
// as UIDL.
const maxCompared = 1000

// hasFew reports whether the messages that the server had last are few, and
// there are any.
func hasFew(known *ledger.Ledger) bool {
	n := 0
	for _, entry := range known.All() {
		if !entry.Gone() {
			n++
		}
		if n > maxCompared {
			return false
		}
	}
	return n > 0
}

// list lists the maildrop, as the lines come in, so that it is done when the
// server is. It also asks what the server can do now that the login is done.
func (j *Job) list(s *Session) (*Listing, error) {
	listing := NewListing(j.Ledger)
	size := listing.tell
	if j.noSizes || !hasFew(j.Ledger) {
		size = nil
	}
	err := unlisted(s.Client.UniqueIDs(s.Before != nil, listing.Add, size))
	if odd := s.Client.OddLines(); odd > 0 {
		j.note("lines of the server's list that make no sense and are overlooked: %d", odd)
	}
	s.listed = err == nil
	if !s.hasNoUIDs(err, j.Ledger) {
		return listing, err
	}
	items, failed, err := s.name(j.note)
	if err != nil {
		return nil, err
	}
	listing.failed = failed
	for _, item := range items {
		listing.Add(item.Number, []byte(item.UID))
		listing.tell(item.Number, item.Size)
	}
	s.listed = true
	return listing, nil
}

// tellSizes has the server tell the sizes of messages of which the headers may
// not be enough, if it hasn't yet.
func (j *Job) tellSizes(s *Session, p *Plan, doubtful []Target) error {
	if j.noSizes || len(p.listing.sizes) > 0 || !p.doubt.wantsSizes(p.listing) {
		return nil
	}
	sizes, err := s.sizes(doubtful, p.OnServer)
	if err != nil && s.Client.Dead() != nil {
		return &pop3.SizesError{Err: err}
	}
	for number, size := range sizes {
		p.listing.tell(number, size)
	}
	return err
}

// sizes asks for the sizes of messages; those that the server doesn't tell are
// left out. Of a few messages in a large maildrop it asks each, as a list of all
// costs the server much, if that takes no more round trips.
func (s *Session) sizes(targets []Target, onServer int) (map[int]int64, error) {
	sizes := make(map[int]int64, len(targets))
	each := len(targets) <= 1 || len(targets) <= onServer/8 && s.Client.Pipelines()
	if !each {
		items, err := s.Client.Survey(pop3.Survey{Sizes: true})
		if refused := (*pop3.Error)(nil); errors.As(err, &refused) {
			return sizes, nil // what is too large then turns out on its way
		}
		for _, item := range items {
			sizes[item.Number] = item.Size
		}
		return sizes, unlisted(err)
	}
	for item, err := range s.Client.Sizes(Numbers(targets)) {
		if err != nil && !errors.As(err, new(*pop3.Error)) {
			return nil, unlisted(err)
		}
		if err == nil {
			sizes[item.Number] = item.Size
		}
	}
	return sizes, nil
}

// List asks for the listing, with sizes where they are wanted, and for what
// the server can do now that the login is done. known is what is known of the
// account, nil for nothing.
func (s *Session) List(known *ledger.Ledger, sizes bool) ([]pop3.Item, error) {
	items, err := s.Client.Survey(pop3.Survey{Capabilities: s.Before != nil, UIDs: true, Sizes: sizes})
	if err = unlisted(err); s.hasNoUIDs(err, known) {
		items, _, err = s.name(func(string, ...any) {})
	}
	return items, err
}

// hasNoUIDs reports whether a listing failed because the server has no UIDL,
// and never had.
func (s *Session) hasNoUIDs(err error, known *ledger.Ledger) bool {
	refused := (*pop3.Error)(nil)
	return errors.As(err, &refused) && refused.Command == "UIDL" && !refused.Temporary() &&
		!s.Client.Announced().Has(pop3.CapUIDL) && mayName(known, time.Now())
}

// unlisted says why there is no listing.
func unlisted(err error) error {
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
			_, err = io.Copy(&header, &limited{m, maxTop})
			looks[i] = look{seen: true, print: fingerprint(header.text)}
		}
		if err != nil && !errors.As(err, new(*pop3.Error)) {
			return nil, fmt.Errorf("read headers: %w", err)
		}
		i++
	}
	return looks, nil
}

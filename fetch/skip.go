package fetch

import (
	"iter"
	"slices"

	"popfetch/config/secret/conceal"
	"popfetch/fetch/match"
)

// A Skip is a message that was left on the server on purpose.
type Skip struct {
	UID    string
	Size   int64 // in bytes as the server counts them; -1 where it isn't known
	Reason string

	Failing bool // it failed before, and isn't tried yet again
}

// Skips are the messages that were left on the server on purpose. Those of a million
// that are too much for one run are Refs, of which Skips are made when they are wanted.
type Skips struct {
	listing *match.Listing
	each    []Skip
	rests   []rest
	secrets *conceal.Concealer // hides UIDs that hold a secret, unless it is nil
}

// A rest is messages that were left for one reason.
type rest struct {
	refs   []match.Ref
	reason string
}

// Len is the number of messages.
func (s *Skips) Len() int {
	n := len(s.each)
	for _, rest := range s.rests {
		n += len(rest.refs)
	}
	return n
}

// All yields the messages: first those with a reason of their own.
func (s *Skips) All() iter.Seq[Skip] {
	return func(yield func(Skip) bool) {
		for _, skip := range s.each {
			if !yield(s.shownSkip(skip)) {
				return
			}
		}
		for _, rest := range s.rests {
			for _, r := range rest.refs {
				if !yield(s.shownSkip(s.makeSkip(r, rest.reason))) {
					return
				}
			}
		}
	}
}

// Failing yields those of the messages that failed before, and aren't tried yet again.
func (s *Skips) Failing() iter.Seq[Skip] {
	return func(yield func(Skip) bool) {
		for _, skip := range s.each {
			if skip.Failing && !yield(s.shownSkip(skip)) {
				return
			}
		}
	}
}

func (s *Skips) shownSkip(skip Skip) Skip {
	if s.secrets != nil {
		skip.UID = s.secrets.ShownName(skip.UID)
	}
	return skip
}

func (s *Skips) makeSkip(r match.Ref, reason string) Skip {
	return Skip{UID: r.Key.UID(), Size: s.listing.SizeOf(r), Reason: reason}
}

func (s *Skips) addRef(r match.Ref, reason string) { s.each = append(s.each, s.makeSkip(r, reason)) }

func (s *Skips) addFailing(r match.Ref, reason string) {
	skip := s.makeSkip(r, reason)
	skip.Failing = true
	s.each = append(s.each, skip)
}

func (s *Skips) addRest(refs []match.Ref, reason string) {
	if len(refs) > 0 {
		s.rests = append(s.rests, rest{slices.Clip(refs), reason})
	}
}

package discover

import (
	"context"
	"errors"
	"iter"
	"net"
	"net/http"
	"time"

	"popfetch/config"
)

// Options say how to look. The zero value of each has a meaning.
type Options struct {
	Resolver  *net.Resolver     // nil: the system's
	Transport http.RoundTripper // for HTTPS, with certificates checked; nil: http.DefaultTransport
	NoISPDB   bool              // doesn't tell Mozilla the domain
	NoDNS     bool              // asks for no SRV and MX records, as where there is only a proxy
	Timeout   time.Duration     // of one lookup, and of one try; 0: 5s

	// Try reports whether a candidate can be reached: that it greets, behind the
	// TLS it should have, with a certificate of that name. It sends no password.
	// Only what popfetch itself knows isn't tried. Nil: nothing is, and nothing
	// guessed.
	Try func(context.Context, Found) error

	// Looking is told what is asked next, in words for a person. Nil: nobody is.
	Looking func(where string)
}

// defaultTimeout is enough for a slow server, and short enough for a dozen
// silent ones in a row.
const defaultTimeout = 5 * time.Second

// Candidates yields the servers that are found, the best first, while the
// caller wants more. An error comes only where there was no server at all, and
// is the last: an *AddressError, a *NoPOP3Error, a *NotFoundError or the
// context's.
func Candidates(ctx context.Context, text string, o *Options) iter.Seq2[Found, error] {
	return func(yield func(Found, error) bool) {
		a, err := parseAddress(text)
		if err != nil {
			yield(Found{}, err)
			return
		}
		s := &search{address: a, seen: map[string]bool{}, denied: map[config.TLSMode]bool{}}
		if o != nil {
			s.Options = *o
		}
		s.setDefaults()
		count := 0
		err = s.askSources(ctx, func(f Found) bool { count++; return yield(f, nil) })
		if err != nil && count == 0 {
			yield(Found{}, err)
		}
	}
}

// A search is the state of one call.
type search struct {
	Options
	address

	seen     map[string]bool         // candidates, and hosts that don't exist
	denied   map[config.TLSMode]bool // what the domain says it doesn't offer
	plain    []Found                 // candidates without TLS, for the end
	failures []Failure
	mail     []string // hosts of the MX records, once askMX has asked
}

// errEnough ends a search whose caller wants no more.
var errEnough = errors.New("enough")

func (s *search) setDefaults() {
	if s.Resolver == nil {
		s.Resolver = net.DefaultResolver
	}
	if s.Transport == nil {
		s.Transport = http.DefaultTransport
	}
	if s.Timeout <= 0 {
		s.Timeout = defaultTimeout
	}
	if s.Looking == nil {
		s.Looking = func(string) {}
	}
}

// askSources asks the sources in their order.
func (s *search) askSources(ctx context.Context, yield func(Found) bool) error {
	for _, source := range []func(context.Context) ([]Found, error){
		s.findKnown, s.askSecureSRV, s.askUpgradedSRV, s.askMX, s.askDomain, s.askISPDB, s.guessHosts, s.withoutTLS,
	} {
		candidates, err := source(ctx)
		if err == nil {
			err = s.offerNew(ctx, candidates, yield)
		}
		switch {
		case errors.Is(err, errEnough):
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return err
		}
	}
	return &NotFoundError{Domain: s.domain, Failures: s.failures}
}

// offerNew yields what of the candidates is new and can be reached.
func (s *search) offerNew(ctx context.Context, candidates []Found, yield func(Found) bool) error {
	for _, f := range candidates {
		if s.seen[f.Host] || s.seen[f.Address()] || s.seen[f.candidateKey()] {
			continue
		}
		s.seen[f.candidateKey()] = true
		if !s.canReach(ctx, f) {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			continue
		}
		if !yield(f) {
			return errEnough
		}
	}
	return nil
}

// canReach reports whether a candidate answers. One that doesn't isn't tried
// again under another name or for another user.
func (s *search) canReach(ctx context.Context, f Found) bool {
	if s.Try == nil || f.Source == knownSource {
		return true
	}
	s.Looking(f.Address())
	err := s.withDeadline(ctx, func(ctx context.Context) error { return s.Try(ctx, f) })
	if err == nil {
		return true
	}
	s.noteFailure(f.Address(), err)
	s.seen[f.Address()] = true
	if isAbsent(err) {
		s.seen[f.Host] = true
	}
	return false
}

// withDeadline runs one lookup or one try, with its deadline.
func (s *search) withDeadline(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	return do(ctx)
}

// lookupDNS is withDeadline for a question to the name server. What net's own resolver
// waits for is an answer or the deadline, and not the end of ctx: the question
// then goes on alone until the deadline, and its answer is dropped.
func lookupDNS[T any](ctx context.Context, s *search, ask func(context.Context) (T, error)) (records T, err error) {
	type answer struct {
		records T
		err     error
	}
	answers := make(chan answer, 1)
	go func() {
		var a answer
		a.err = s.withDeadline(ctx, func(ctx context.Context) (err error) {
			a.records, err = ask(ctx)
			return err
		})
		answers <- a
	}()
	select {
	case a := <-answers:
		return a.records, a.err
	case <-ctx.Done():
		return records, ctx.Err()
	}
}

func (s *search) noteFailure(what string, err error) {
	s.failures = append(s.failures, Failure{What: what, Err: err})
}

// isAbsent reports whether the name server says that there is no such thing,
// as opposed to saying nothing.
func isAbsent(err error) bool {
	dns, ok := errors.AsType[*net.DNSError](err)
	return ok && dns.IsNotFound
}

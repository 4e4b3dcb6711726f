package auth

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"
	"github.com/xdg-go/stringprep"
)

// The bounds of how often a server may have the password hashed. With less than
// RFC 5802 section 5.1 has for the least, whoever sees our answer finds out the
// password too easily; the most takes a second or two.
const (
	minIterations = 4096
	maxIterations = 2_000_000
)

// plus ends the names of mechanisms that are bound to the channel.
const plus = "-plus"

// bindsChannel reports whether the mechanism is bound to the channel: it fails if TLS
// ends at anybody but the server.
func (m mechanism) bindsChannel() bool { return strings.HasSuffix(m.name, plus) }

// scramPlain is SCRAM, RFC 5802 and 7677. Where a server offers it without
// channel binding, although there is TLS, we say that we could have bound it,
// so that a server whose offer was cut on the way notices.
func scramPlain(hash func() hash.Hash) func(key) (sasl.Client, error) {
	return func(k key) (sasl.Client, error) {
		client, name, err := newSCRAM(hash, k)
		if err != nil {
			return nil, err
		}
		if k.TLS != nil && !k.caps.HasSASL(name+strings.ToUpper(plus)) {
			return &scramClient{name: name, ClientConversation: client.NewConversationAdvertisingChannelBinding()}, nil
		}
		return &scramClient{name: name, ClientConversation: client.NewConversation()}, nil
	}
}

// scramPlus is SCRAM bound to the channel.
func scramPlus(hash func() hash.Hash) func(key) (sasl.Client, error) {
	return func(k key) (sasl.Client, error) {
		client, name, err := newSCRAM(hash, k)
		if err != nil {
			return nil, err
		}
		binding, err := bindingOf(k.TLS)
		if err != nil {
			return nil, fmt.Errorf("it can't be bound to this connection: %w", err)
		}
		name += strings.ToUpper(plus)
		return &scramClient{name: name, ClientConversation: client.NewConversationWithChannelBinding(binding)}, nil
	}
}

// bindingOf returns what the connection is bound by: RFC 9266 with TLS 1.3, the
// server's certificate (RFC 5929 section 4) with an older one.
func bindingOf(state *tls.ConnectionState) (scram.ChannelBinding, error) {
	switch {
	case state == nil:
		return scram.ChannelBinding{}, errors.New("there is no TLS")
	case state.Version >= tls.VersionTLS13:
		return scram.NewTLSExporterBinding(state)
	default:
		return scram.NewTLSServerEndpointBinding(state)
	}
}

var errUnfit = errors.New("user or password hold characters that it can't carry (RFC 4013)")

func newSCRAM(hash func() hash.Hash, k key) (client *scram.Client, name string, err error) {
	generate := scram.HashGeneratorFcn(hash)
	if k.asIs {
		client, err = generate.NewClientUnprepped(k.User, k.secret, "")
	} else {
		client, err = generate.NewClient(k.User, k.secret, "")
	}
	if err != nil {
		// The library's words may show parts of what it can't take.
		return nil, "", errUnfit
	}
	client.WithMinIterations(minIterations)
	return client, map[int]string{20: "SCRAM-SHA-1", 32: "SCRAM-SHA-256"}[hash().Size()], nil
}

// A scramClient is one conversation.
type scramClient struct {
	*scram.ClientConversation
	name    string
	nonce   string // as the message has it: r=…
	answers int
}

// Start implements sasl.Client.
func (s *scramClient) Start() (name string, initial []byte, err error) {
	first, err := s.Step("")
	s.nonce = first[strings.LastIndex(first, ",")+1:]
	return s.name, []byte(first), err
}

// Next implements sasl.Client.
func (s *scramClient) Next(challenge []byte) ([]byte, error) {
	s.answers++
	text := string(challenge)
	switch s.answers {
	case 1:
		if err := checkIterations(text); err != nil {
			return nil, err
		}
		response, err := s.Step(text)
		if err != nil || strings.HasPrefix(text, s.nonce+",") { // the server adds to it
			return nil, errors.New("the server's challenge isn't as RFC 5802 has it, or meant for somebody else")
		}
		return []byte(response), nil
	case 2:
		if reason, refused := strings.CutPrefix(text, "e="); refused {
			return nil, &scramError{reason}
		}
		if _, err := s.Step(text); err != nil {
			return nil, errUnproved
		}
		return nil, nil
	default:
		return nil, sasl.ErrUnexpectedServerChallenge
	}
}

// A scramError is the server's no within the exchange, RFC 5802 section 5.1.
type scramError struct{ reason string }

func (e *scramError) Error() string { return fmt.Sprintf("the server says %.100q", e.reason) }

// isDenial reports whether the server refused the login within the exchange, by
// a word of RFC 5802 section 7.
func isDenial(err error) bool {
	said, ok := errors.AsType[*scramError](err)
	return ok && (said.reason == "invalid-proof" || said.reason == "unknown-user")
}

// scramFallbacks returns what else may do after a server has refused SCRAM, of what is
// left to try. SCRAM has name and password brought into the form of SASLprep
// (RFC 4013) first, and many servers keep them as they were typed. A mechanism
// that shows the password leaves its form to the server, and so comes first;
// SCRAM with what was typed is the other. One more login settles it.
func (m mechanism) scramFallbacks(ctx context.Context, o offer, left []mechanism, err error) (ways []mechanism) {
	if !m.isSCRAM() || m.asIs || !isRefusedAt(err, "AUTH") && !isDenial(err) || o.isPrepared(ctx) {
		return nil
	}
	for _, other := range left {
		if other.clear {
			ways = append(ways, other)
		}
	}
	m.asIs = true
	return append(ways, m)
}

func (m mechanism) isSCRAM() bool { return strings.HasPrefix(m.name, "scram-") }

// isPrepared reports whether SASLprep changes neither name nor password.
func (o offer) isPrepared(ctx context.Context) bool {
	secret, err := o.Password(ctx)
	if err != nil {
		return true // there is nothing to try again with
	}
	for _, text := range []string{o.User, secret} {
		if prepared, err := stringprep.SASLprep.Prepare(text); err != nil || prepared != text {
			return false
		}
	}
	return true
}

// isServerProved implements prover.
func (s *scramClient) isServerProved() bool { return s.Valid() }

// checkIterations looks for the count in the server's challenge before it is
// counted.
func checkIterations(challenge string) error {
	for field := range strings.SplitSeq(challenge, ",") {
		text, found := strings.CutPrefix(field, "i=")
		if !found {
			continue
		}
		switch n, err := strconv.ParseInt(text, 10, 64); {
		case err != nil:
			return errors.New("the server gives no count of iterations")
		case n < minIterations:
			return fmt.Errorf("the server wants %d iterations, which protects the password too little: %d are the least", n, minIterations)
		case n > maxIterations:
			return fmt.Errorf("the server wants %d iterations, which would take too long: %d are the most", n, maxIterations)
		}
	}
	return nil
}

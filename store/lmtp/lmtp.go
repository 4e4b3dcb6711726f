package lmtp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/emersion/go-smtp"

	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/handover"
	"popfetch/store/hint"
)

// An Address is where a peer is and whom its mail is for.
type Address struct {
	Server    string // host:port, or the absolute path of a socket
	Recipient string
}

// String names the peer for a person.
func (a Address) String() string { return "lmtp " + a.Server }

// Options are what Open can do without. Nil is the same as the zero value.
type Options struct {
	// Timeout is how long the peer may take for a reply, or to take what is
	// sent, one minute where it is zero; five times that for what it has to do
	// when a message is complete.
	Timeout time.Duration

	// Protection says where the connection is to have TLS, which Secure then puts on it.
	// The error of Secure is a *TLSError where it will not pass. Only a peer that is never
	// to have TLS, or is on this machine, can do without Secure.
	Protection Protection
	Secure     func(context.Context, net.Conn) (net.Conn, error)

	// Grace is how long a message that is under way may take when the run is
	// told to stop, ten seconds where it is zero.
	Grace time.Duration
}

const (
	defaultTimeout = time.Minute
	defaultGrace   = 10 * time.Second

	// partTimeout is how long the reply to QUIT is waited for.
	partTimeout = 2 * time.Second
)

// Open returns the mailbox that the peer keeps, for the ledger with the given
// identity. It connects only when there is a message. When ctx ends, the run
// has to stop. The spools, whose names begin with spoolName, are kept in the
// state folder, which remains the caller's.
func Open(ctx context.Context, a Address, state *durable.Dir, spoolName, id string, opts *Options) store.Mailbox {
	if opts == nil {
		opts = &Options{}
	}
	return handover.Open(ctx, newPeer(a, *opts), handover.Settings{
		Name: a.String(), State: state, Spool: spoolName, ID: id, Grace: cmp.Or(opts.Grace, defaultGrace),
	})
}

// Check finds out whether the peer is there and takes mail for the recipient.
func Check(ctx context.Context, a Address, opts *Options) error {
	if opts == nil {
		opts = &Options{}
	}
	p := newPeer(a, *opts)
	defer p.Close()
	return p.Prepare(ctx)
}

// A peer is the handover.Receiver.
type peer struct {
	Address
	options Options
	timeout time.Duration
	conn    *guardedConn
	client  *smtp.Client // nil without a connection
	open    bool         // a transaction has begun
	unwatch func() bool
}

func newPeer(a Address, options Options) *peer {
	return &peer{Address: a, options: options, timeout: cmp.Or(options.Timeout, defaultTimeout)}
}

// connect brings the connection from its beginning to the reply to LHLO, under TLS if that
// is demanded.
func (p *peer) connect(ctx context.Context) error {
	network := "tcp"
	if filepath.IsAbs(p.Server) {
		network = "unix"
	}
	dialer := net.Dialer{Timeout: p.timeout}
	conn, err := dialer.DialContext(ctx, network, p.Server)
	if err != nil {
		return p.storeError("connect to", err)
	}
	guarded := newGuardedConn(conn, p.timeout)
	p.unwatch = context.AfterFunc(ctx, func() { conn.Close() })
	p.newClient(guarded)
	if err := p.sayHello(); err != nil {
		return p.connLost("greet", err)
	}
	if p.options.Protection.isDemanded(conn) {
		if err := p.startTLS(ctx, guarded); err != nil {
			return p.connLost("begin TLS with", err)
		}
	}
	return nil
}

// newClient makes the client of a connection on which nothing was said.
func (p *peer) newClient(conn *guardedConn) {
	p.conn, p.client = conn, smtp.NewClientLMTP(conn)
	p.client.CommandTimeout, p.client.SubmissionTimeout = p.timeout, 5*p.timeout
}

// sayHello takes the greeting, and says LHLO.
func (p *peer) sayHello() error {
	err := p.client.Hello("localhost")
	p.conn.greeted = err == nil
	return err
}

// Prepare implements handover.Receiver: it begins the transaction. A peer may
// have closed the connection since the last message, which is no fault.
func (p *peer) Prepare(ctx context.Context) error {
	if p.open {
		p.dropConn()
	}
	if p.client != nil {
		if err := p.sendEnvelope(); err == nil || answerIn(err) != nil && !isClosing(err) {
			return err
		}
	}
	if err := p.connect(ctx); err != nil {
		return err
	}
	return p.sendEnvelope()
}

// sendEnvelope tells the peer the envelope.
func (p *peer) sendEnvelope() error {
	options := &smtp.MailOptions{UTF8: !isASCII(p.Recipient)}
	if err := p.client.Mail("", options); err != nil {
		return p.connLost("send mail to", err)
	}
	p.open = true
	if err := p.client.Rcpt(p.Recipient, nil); err != nil {
		return p.connLost("send mail for "+p.Recipient+" to", err)
	}
	return nil
}

// ReceiveMessage implements handover.Receiver: it ends the transaction. What the peer says
// before the last dot is no reply to the message.
func (p *peer) ReceiveMessage(_ context.Context, message *os.File) error {
	data, err := p.client.Data()
	if err != nil {
		answer := answerIn(err)
		if answer != nil && !isClosing(err) {
			p.dropConn() // as the transaction still is open
			return p.refuseMessage(answer)
		}
		return p.dropUntaken(err)
	}
	if err := copyMessage(data, message); err != nil {
		return p.dropUntaken(err)
	}
	if p.conn.isEarly() {
		return p.dropUntaken(errEarly)
	}
	p.open = false
	_, err = data.CloseWithLMTPResponse()
	switch answer := answerIn(err); {
	case err == nil || answer != nil && answer.Code/100 == 2:
		return nil
	case answer == nil: // and perhaps the peer has it
		return p.connLost("deliver to", err)
	case isClosing(err):
		return p.dropUntaken(err)
	default:
		return p.refuseMessage(answer)
	}
}

// dropUntaken drops the connection with which a transaction ended before the peer had the
// message. Only a reply that came too early is no word about all messages.
func (p *peer) dropUntaken(err error) error {
	if errors.Is(err, errEarly) {
		p.dropConn()
		return &store.Refused{Err: hint.Temporary(fmt.Errorf("deliver to %s: %w", p, errEarly))} // another connection may be in step
	}
	return &store.Refused{Err: p.connLost("deliver to", err)}
}

// Close implements handover.Receiver.
func (p *peer) Close() error {
	if p.client != nil {
		p.client.CommandTimeout = min(p.timeout, partTimeout)
		p.client.Quit() // for politeness alone
		p.dropConn()
	}
	return nil
}

// dropConn ends the connection without a word.
func (p *peer) dropConn() {
	p.unwatch()
	p.client.Close()
	p.client, p.open = nil, false
}

// connLost drops the connection and makes the fault that it ended with.
func (p *peer) connLost(op string, err error) error {
	p.dropConn()
	return p.storeError(op, err)
}

func isASCII(text string) bool {
	for _, c := range []byte(text) {
		if c > 0x7e {
			return false
		}
	}
	return true
}

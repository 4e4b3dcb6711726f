package pop3

import (
	"bufio"
	"cmp"
	"context"
	"io"
	"net"
	"sync/atomic"
	"time"

	"popfetch/config/secret/conceal"
)

// A Client is one POP3 session over one connection. Its methods are called by
// one goroutine at a time, and none within a loop over Retrieve, Top or Delete,
// whose replies are still to come. The context given to New ends the connection
// when it is done: what waits for the server then returns the context's error.
type Client struct {
	ctx     context.Context
	raw     net.Conn // as dialled: deadlines are set here
	conn    net.Conn // raw, or TLS on top of it
	r       *bufio.Reader
	w       *bufio.Writer
	timeout time.Duration
	patient bool // the server may be opening the maildrop, or closing it
	trace   *trace
	stop    func() bool // ends the watch over ctx

	caps        Capabilities
	pipelines   Pipelining
	expected    int64              // bytes in a message
	secrets     *conceal.Concealer // of the account, hidden wherever the server's words are shown
	said        *conceal.Concealer // what the login said on this connection, likewise
	due         int                // replies that the server still has to send
	dead        error              // why no command can be sent any more
	bare        bool               // the server ends its lines with LF, and never was seen to do otherwise
	greeted     bool               // the last line was the greeting
	bareReplies bool               // since then, the server ends each line with LF
	hushed      bool               // it is waited for a silence
	opened      string             // greeting or login, while the server has said yes to nothing since
	parting     *Error             // the first no since then: it may be no answer, but why the session ends
	message     Message            // the one that Retrieve or Top handed out last
	received    atomic.Int64
	meter       *Meter
	pace        pace // of the reply that is being read
	wireSizeOf  func(number int) int64
	oddLines    int
}

// Pipelining says when commands are sent ahead of replies.
type Pipelining int

// Auto goes by what the server announces.
const (
	Auto Pipelining = iota
	On
	Off
)

// Options change how a Client works. The zero value, and nil, stand for the
// defaults.
type Options struct {
	// Timeout is without a byte in either direction: 60 s by default, and then
	// three minutes for the greeting, the login, the lists and QUIT. Any other
	// value is for all of them.
	Timeout    time.Duration
	Pipelining Pipelining
	Trace      io.Writer // gets the dialogue, without secrets and bodies

	// Secrets, if it isn't nil, knows what the server may repeat and nobody may see,
	// from earlier connections or before. The passwords of this one are added to it.
	Secrets *conceal.Concealer

	// Meter, if it isn't nil, tells how long the session has waited in vain.
	Meter *Meter

	// Expected is how large a message is thought to be, in bytes, before any
	// has come. It decides how many are asked for at first; by default that is
	// as many as can be.
	Expected int64
}

const defaultTimeout = 60 * time.Second

// patientTimeout is the default where a server works in silence: it reads a
// large maildrop, at the login or at the first list, or deletes from it.
// fetchmail waits five minutes then, getmail and mpop three.
const patientTimeout = 3 * time.Minute

// readBuffer is the size of the blocks in which messages are read.
const readBuffer = 64 << 10

// New returns a client for a connection on which nothing has been read. It
// does no I/O; Greeting is the first thing to call.
func New(ctx context.Context, conn net.Conn, options *Options) *Client {
	if options == nil {
		options = &Options{}
	}
	c := &Client{
		ctx:        ctx,
		raw:        conn,
		conn:       conn,
		timeout:    cmp.Or(options.Timeout, defaultTimeout),
		patient:    true,
		pipelines:  options.Pipelining,
		expected:   cmp.Or(options.Expected, expectedSize),
		meter:      options.Meter,
		wireSizeOf: func(int) int64 { return 0 },
		trace:      newTrace(options.Trace),
		due:        1, // the greeting
		secrets:    options.Secrets,
	}
	if c.secrets == nil {
		c.secrets = conceal.New()
	}
	c.said = c.secrets.Another()
	c.r = bufio.NewReaderSize(reader{c}, readBuffer)
	c.w = bufio.NewWriterSize(writer{c}, CommandBytes)
	c.message = Message{c: c, err: io.EOF}
	c.stop = context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	return c
}

// greeting stands for a command where the server speaks first.
const greeting = "greeting"

// Greeting waits for the line with which the server begins, RFC 1939 section
// 4, and returns its text, as it is: a login may need it. Redact makes it fit to be
// shown.
func (c *Client) Greeting() (string, error) {
	text, err := c.readStatus(greeting)
	return string(text), err
}

// Dead returns why the connection is of no use any more, or nil.
func (c *Client) Dead() error { return c.dead }

// BytesReceived is the number of bytes that came from the server so far, after
// decryption. It may be called from any goroutine.
func (c *Client) BytesReceived() int64 { return c.received.Load() }

// UseWireSizes has the client ask how large a message is by the listing, in bytes: 0 or less
// where that isn't known. It is how much of the message may come slowly.
func (c *Client) UseWireSizes(size func(number int) int64) { c.wireSizeOf = size }

// Close closes the connection, without QUIT unless that was called. A server
// that hasn't seen QUIT deletes nothing (RFC 1939, section 6).
func (c *Client) Close() error {
	c.stop()
	return c.conn.Close()
}

// reader and writer are the connection with a deadline for every operation.
type (
	reader struct{ c *Client }
	writer struct{ c *Client }
)

func (r reader) Read(p []byte) (int, error) {
	if err := r.c.extendDeadline(); err != nil {
		return 0, err
	}
	began := time.Now()
	r.c.meter.beginWait(began)
	n, err := r.c.conn.Read(p)
	waited := time.Since(began)
	r.c.meter.endWait(n, waited)
	r.c.received.Add(int64(n))
	if slow := r.c.pace.addRead(n, waited, r.c.timeout); err == nil && slow != nil {
		return 0, slow
	}
	return n, err
}

func (w writer) Write(p []byte) (int, error) {
	if err := w.c.extendDeadline(); err != nil {
		return 0, err
	}
	return w.c.conn.Write(p)
}

// currentTimeout is how long no byte may move now.
func (c *Client) currentTimeout() time.Duration {
	switch {
	case c.hushed:
		return min(silence, c.timeout)
	case c.patient && c.timeout == defaultTimeout:
		return patientTimeout
	default:
		return c.timeout
	}
}

// extendDeadline moves the deadline on, in both directions at once: TLS 1.3 may have to
// write in the middle of a long read, to change its keys.
func (c *Client) extendDeadline() error {
	c.raw.SetDeadline(time.Now().Add(c.currentTimeout()))
	// In this order: if the context ends after the check, the deadline that
	// it sets comes after ours.
	if c.ctx.Err() != nil {
		return context.Cause(c.ctx)
	}
	return nil
}

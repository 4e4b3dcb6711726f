package pop3d

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strconv"
	"time"
)

// A Conn is a connection being served. Its methods are for an Intercept, which
// runs in the session's goroutine, and must not be called from elsewhere.
type Conn struct {
	server *Server
	wire   *wire
	conn   net.Conn // the wire, or TLS over it
	feed   *feed
	record *record

	buf      *bufio.Writer // over conn
	out      io.Writer     // buf, or filters over it
	err      error         // the first error of writing
	scratch  []byte        // for short replies
	answered bool          // something was written since the last flight
	over     bool          // the session ends after this command

	claimed string // the argument of USER
	user    string // who is logged in
	held    *Maildrop
	drop    *Maildrop
	list    []*Message // of drop, as it was at login
	deleted []bool     // those of list that are marked
}

func newConn(s *Server, conn net.Conn) *Conn {
	c := &Conn{server: s, feed: newFeed()}
	c.wire = &wire{Conn: conn, idle: s.idleLimit(), feed: c.feed, aborted: make(chan struct{})}
	c.conn = c.wire
	c.buf = bufio.NewWriterSize(c.conn, 32<<10)
	c.out = c.buf
	return c
}

// serve carries out commands until the session is over.
func (c *Conn) serve() {
	defer c.closeDown()
	if c.server.Implicit && c.handshakeTLS() != nil {
		return
	}
	c.feed.startReading(c.conn)
	c.handleCommand(Command{Verb: Greeting})
	for !c.over && c.err == nil {
		line, err := c.ReadLine()
		if errors.Is(err, errLineTooLong) {
			c.Refuse("that line has no end")
		}
		if err != nil {
			return
		}
		c.handleCommand(parseCommand(line))
	}
}

// handleCommand offers a command to the Intercept, and carries it out unless that
// has done so. Filters end with the command.
func (c *Conn) handleCommand(cmd Command) {
	defer func() { c.out = c.buf }()
	if !c.isIntercepted(cmd) && !c.over {
		c.CarryOut(cmd)
	}
}

// isIntercepted says whether the Intercept has handled the command.
func (c *Conn) isIntercepted(cmd Command) bool {
	f := c.server.currentIntercept()
	return f != nil && f(c, cmd)
}

// closeDown closes the connection, unless that was done, and waits for the feed.
func (c *Conn) closeDown() {
	if !c.over {
		c.Close()
	}
	c.feed.stop()
	c.record.changeSession(func(s *Session) { s.Ended = true })
}

// Number is the number of the connection, counted from 1.
func (c *Conn) Number() int { return c.record.session.Number }

// IsOver says whether the session ends after this command.
func (c *Conn) IsOver() bool { return c.over }

// User is the name of who is logged in, or empty.
func (c *Conn) User() string { return c.user }

// IsEncrypted says whether the connection speaks TLS.
func (c *Conn) IsEncrypted() bool { return c.conn != net.Conn(c.wire) }

// TLS is the state of the TLS connection, or nil without TLS.
func (c *Conn) TLS() *tls.ConnectionState {
	secured, ok := c.conn.(*tls.Conn)
	if !ok {
		return nil
	}
	state := secured.ConnectionState()
	return &state
}

// Password is the password of a user, for a Mechanism that is lent to the
// server; known is false if there is no such user.
func (c *Conn) Password(name string) (password string, known bool) {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	user, known := c.server.Users[name]
	return user.Password, known
}

// ReadLine is the client's next line without its end. An Intercept calls it
// for the further lines of a dialogue of its own.
func (c *Conn) ReadLine() (string, error) {
	line, waited, err := c.feed.nextLine(c.server.Settle, func() { _ = c.Flush() })
	if err != nil {
		return "", err
	}
	c.record.addLine(line, waited && c.answered)
	c.answered = c.answered && !waited
	return line, nil
}

// Write writes bytes to the client as they are, through the filters of the
// command. They leave when the server has nothing left to read, or on Flush.
func (c *Conn) Write(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	c.answered = true
	n, err := c.out.Write(p)
	c.err = err
	return n, err
}

// Reply writes one line.
func (c *Conn) Reply(line string) {
	c.scratch = append(append(c.scratch[:0], line...), "\r\n"...)
	_, _ = c.Write(c.scratch)
}

// Refuse answers "-ERR" and the text, which may begin with a response code.
func (c *Conn) Refuse(text string) { c.Reply("-ERR " + text) }

// Flush sends what has been written.
func (c *Conn) Flush() error {
	if err := c.buf.Flush(); err != nil && c.err == nil {
		c.err = err
	}
	return c.err
}

// Filter puts wrap around all that is written until the command is done.
func (c *Conn) Filter(wrap func(w io.Writer) io.Writer) { c.out = wrap(c.out) }

// Close ends the connection in good order, after what was written.
func (c *Conn) Close() {
	c.endSession()
	_ = c.conn.Close()
}

// Cut ends the connection after what was written as if the server had died:
// without the close_notify of TLS.
func (c *Conn) Cut() {
	c.endSession()
	_ = c.wire.Close()
}

// Reset ends the connection after what was written with a RST of TCP. What
// the client has not read by then may be lost to it.
func (c *Conn) Reset() {
	c.endSession()
	c.wire.closeWithRST()
}

// endSession sends the rest and lets go of the maildrop, before the client can
// see that the connection is closed and log in again.
func (c *Conn) endSession() {
	_ = c.Flush()
	c.wire.shortenDeadline()
	c.over = true
	c.releaseMaildrop()
}

// Stall keeps the client waiting until it hangs up or the server is closed.
// What was written is sent before.
func (c *Conn) Stall() {
	_ = c.Flush()
	c.feed.discardLines()
	select {
	case <-c.feed.ended:
	case <-c.wire.aborted:
	}
	c.Close()
}

// Sleep sends what was written and waits for d, less if the connection ends.
func (c *Conn) Sleep(d time.Duration) {
	_ = c.Flush()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.feed.ended:
	case <-c.wire.aborted:
	}
}

// replyNumbers answers "+OK", the numbers, and the text.
func (c *Conn) replyNumbers(text string, numbers ...int64) {
	c.scratch = append(c.scratch[:0], "+OK"...)
	for _, n := range numbers {
		c.scratch = strconv.AppendInt(append(c.scratch, ' '), n, 10)
	}
	c.scratch = append(append(c.scratch, text...), "\r\n"...)
	_, _ = c.Write(c.scratch)
}

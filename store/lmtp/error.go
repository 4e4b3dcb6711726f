package lmtp

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/emersion/go-smtp"

	"popfetch/store"
)

// refusal is the peer's answer that an error is, or nil if there was none.
func refusal(err error) *smtp.SMTPError {
	answer, _ := errors.AsType[*smtp.SMTPError](err)
	return answer
}

// isClosing reports whether the peer closes the connection, RFC 5321 section
// 3.8: then its answer isn't about the message.
func isClosing(err error) bool {
	answer := refusal(err)
	return answer != nil && answer.Code == 421
}

// said is an answer in words, cut to what one wants to read.
func said(answer *smtp.SMTPError) string {
	const maxSaid = 300
	text := strings.ReplaceAll(answer.Message, "\n", " ")
	return fmt.Sprintf("the server says %q", fmt.Sprintf("%d %.*s", answer.Code, maxSaid, text))
}

// A refusedError is about one message.
type refusedError struct {
	peer   string
	answer *smtp.SMTPError
}

func (e *refusedError) Error() string { return "deliver to " + e.peer + ": " + said(e.answer) }

// Temporary reports whether the peer wants to be asked again.
func (e *refusedError) Temporary() bool { return e.answer.Code/100 == 4 }

// An earlyError says that the peer replied to a message before that was sent.
type earlyError struct{ peer string }

func (e *earlyError) Error() string { return "deliver to " + e.peer + ": " + errEarly.Error() }

// Temporary reports true: another connection may be in step.
func (e *earlyError) Temporary() bool { return true }

// A peerError is about the peer as a whole.
type peerError struct{ err error }

func (e *peerError) Error() string {
	if answer := refusal(e.err); answer != nil {
		return said(answer)
	}
	return e.err.Error()
}

// Unwrap returns the peer's answer alone. What the system says of a connection
// would be taken for a word about a file.
func (e *peerError) Unwrap() error {
	if answer := refusal(e.err); answer != nil {
		return answer
	}
	return nil
}

// Temporary reports whether it mostly goes away by itself: all that is wrong
// with a connection does, and of the peer's answers those that say so.
func (e *peerError) Temporary() bool {
	if answer := refusal(e.err); answer != nil {
		return answer.Code/100 == 4
	}
	return !errors.Is(e.err, errNoLMTP)
}

// Hint tells the way out.
func (e *peerError) Hint() string {
	switch answer := refusal(e.err); {
	case answer == nil && e.Temporary():
		return "is the LMTP server running, and lmtp where it listens? The mail stays on the server"
	case e.Temporary():
		return "try again later; the mail stays on the server"
	default:
		return "check lmtp, which has to be an LMTP server and none of SMTP, and lmtp_recipient"
	}
}

// fault makes an error of the mailbox. That a socket may not be used is a lasting
// matter of files, and no fault of the peer; without TLS there is no peer to speak of.
func (p *peer) fault(op string, err error) error {
	if errors.Is(err, fs.ErrPermission) || errors.As(err, new(*NoTLSError)) || errors.As(err, new(*TLSError)) {
		return &store.Error{Op: op + " " + p.String(), Err: err}
	}
	return &store.Error{Op: op + " " + p.String(), Err: &peerError{err}}
}

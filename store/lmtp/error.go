package lmtp

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/emersion/go-smtp"

	"popfetch/store"
	"popfetch/store/hint"
)

// answerIn is the peer's answer that an error is, or nil if there was none.
func answerIn(err error) *smtp.SMTPError {
	answer, _ := errors.AsType[*smtp.SMTPError](err)
	return answer
}

// isClosing reports whether the peer closes the connection, RFC 5321 section
// 3.8: then its answer isn't about the message.
func isClosing(err error) bool {
	answer := answerIn(err)
	return answer != nil && answer.Code == 421
}

// answerText is an answer in words, cut to what one wants to read.
func answerText(answer *smtp.SMTPError) string {
	const maxSaid = 300
	text := strings.ReplaceAll(answer.Message, "\n", " ")
	return fmt.Sprintf("the server says %q", fmt.Sprintf("%d %.*s", answer.Code, maxSaid, text))
}

// refuseMessage is about one message.
func (p *peer) refuseMessage(answer *smtp.SMTPError) error {
	return &store.Refused{Err: &hint.Error{Text: "deliver to " + p.String() + ": " + answerText(answer), Err: answer}}
}

// ofPeer is about the peer as a whole. It wraps the peer's answer alone: what the
// system says of a connection would be taken for a word about a file. All that is
// wrong with a connection mostly goes away by itself.
func ofPeer(err error) error {
	const (
		isThere = "is the LMTP server running, and lmtp where it listens? The mail stays on the server"
		isLMTP  = "check lmtp, which has to be an LMTP server and none of SMTP, and lmtp_recipient"
	)
	switch answer := answerIn(err); {
	case answer != nil && answer.Temporary():
		return &hint.Error{Text: answerText(answer), Way: "try again later; the mail stays on the server", Err: answer}
	case answer != nil:
		return &hint.Error{Text: answerText(answer), Way: isLMTP, Err: answer}
	case errors.Is(err, errNoLMTP):
		return &hint.Error{Text: err.Error(), Way: isLMTP}
	default:
		return hint.Temporary(&hint.Error{Text: err.Error(), Way: isThere})
	}
}

// storeError makes an error of the mailbox. That a socket may not be used is a lasting
// matter of files, and no fault of the peer; without TLS there is no peer to speak of.
func (p *peer) storeError(op string, err error) error {
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, ErrNoTLS) || errors.As(err, new(*TLSError)) {
		return &store.Error{Op: op + " " + p.String(), Err: err}
	}
	return &store.Error{Op: op + " " + p.String(), Err: ofPeer(err)}
}

package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"runtime/debug"
	"syscall"

	"popfetch/command/line"
	"popfetch/command/setup"
	"popfetch/command/term"
	"popfetch/config"
	"popfetch/config/discover"
	"popfetch/config/oauth"
	"popfetch/config/secret"
	"popfetch/fetch"
	"popfetch/fetch/auth"
	"popfetch/fetch/dial"
	"popfetch/fetch/pop3"
	"popfetch/store"
	"popfetch/store/ledger"
	"popfetch/store/lmtp"
	"popfetch/store/mbox"
	"popfetch/store/shell"
	"popfetch/store/trusted"
)

// Exit codes, those of sysexits.h where there is one.
const (
	exitOK          = 0
	exitUsage       = 64
	exitPartial     = 65 // some messages failed, the others were fetched
	exitNoMessage   = 66
	exitUnavailable = 69 // the server can't be reached, or hung up
	exitBug         = 70
	exitCantCreate  = 73
	exitIO          = 74
	exitTemporary   = 75
	exitProtocol    = 76
	exitNoPerm      = 77 // login or certificate refused
	exitConfig      = 78
	exitSignal      = 128 // plus the number of the signal
	exitUnread      = 141 // the reader of stdout has gone: what a shell makes of SIGPIPE
)

// errPartial says that some messages could not be had. They have been named
// one by one, so that it isn't printed.
var errPartial = errors.New("some messages failed")

// A noMessageError says that the maildrop has no such message.
type noMessageError struct{ text, hint string }

func (e *noMessageError) Error() string { return e.text }

// Hint tells the way out, where there is one.
func (e *noMessageError) Hint() string { return e.hint }

// A bugError is a panic that was caught.
type bugError struct{ value any }

func (e *bugError) Error() string { return fmt.Sprintf("this is a bug in popfetch: %v", e.value) }

// Hint tells the way out.
func (e *bugError) Hint() string { return "please report it, with the lines that follow" }

// markOutput marks an error as one of stdout.
func markOutput(err error) error {
	switch {
	case err == nil:
		return nil
	case term.IsUnread(err):
		return term.ErrUnread
	}
	return &store.Error{Op: "write to stdout", Err: err}
}

// reportPanic prints what recover returned, and where that came from.
func (p *program) reportPanic(account string, value any) error {
	err := &bugError{value}
	p.reportError(account, err)
	p.WriteLine(p.Err, string(debug.Stack()))
	return markShown(err)
}

// ExitCode is the one table of errors and exit codes.
func ExitCode(err error) int {
	switch {
	case err == nil:
		return exitOK
	case isError[Signal](err):
		signal, _ := errors.AsType[Signal](err)
		return exitSignal + int(signal)
	case errors.Is(err, term.ErrUnread):
		return exitUnread
	case isError[*line.UsageError](err), isError[*discover.AddressError](err), errors.Is(err, secret.ErrNoAnswer):
		return exitUsage
	case isError[*bugError](err):
		return exitBug
	case errors.Is(err, errPartial):
		return exitPartial
	case isError[*noMessageError](err):
		return exitNoMessage
	case isError[*discover.NotFoundError](err), isError[*discover.NoPOP3Error](err):
		return exitUnavailable
	case isError[*shell.SlowError](err), isError[*fetch.TimeUpError](err), isError[*fetch.TurnOverError](err):
		return exitTemporary
	case isError[*oauth.Error](err):
		return tokenCode(err)
	case isError[*deniedError](err):
		return exitNoPerm
	case isError[*config.Error](err), isError[*configError](err), isError[*setup.FileError](err), isError[*secret.Error](err), isError[*ledger.VersionError](err):
		return exitConfig
	case isError[*store.Error](err):
		return localCode(err)
	default:
		return serverCode(err)
	}
}

func isError[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// localCode is for what is wrong on this side.
func localCode(err error) int {
	switch temporary, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err); {
	case errors.Is(err, lmtp.ErrNoTLS), isError[*dial.CertificateError](err):
		return exitNoPerm
	case isError[*dial.HandshakeError](err):
		return exitProtocol
	case isError[*ledger.InUseError](err), ok && temporary.Temporary() && !isError[syscall.Errno](err):
		return exitTemporary
	case errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrExist), errors.Is(err, fs.ErrNotExist),
		errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EISDIR), errors.Is(err, syscall.EROFS),
		errors.Is(err, mbox.ErrNotMbox), isError[*trusted.Error](err):
		return exitCantCreate
	default:
		return exitIO
	}
}

// tokenCode is for what keeps us from an access token.
func tokenCode(err error) int {
	failed, _ := errors.AsType[*oauth.Error](err)
	switch {
	case failed.Refused():
		return exitNoPerm
	case failed.Temporary():
		return exitTemporary
	case isLocal(err):
		return localCode(err)
	case isError[net.Error](err), errors.Is(err, io.EOF), errors.Is(err, context.DeadlineExceeded):
		return exitUnavailable
	case isError[*secret.Error](err):
		return exitConfig
	default:
		return exitProtocol // the provider's answer makes no sense
	}
}

// isLocal reports whether the error is of a file of ours. To package net, what
// the system says of a file looks like an error of the network.
func isLocal(err error) bool { return isError[*store.Error](err) || isError[*fs.PathError](err) }

// serverCode is for what is wrong on the other side, or on the way there.
func serverCode(err error) int {
	refused, isRefused := errors.AsType[*pop3.Error](err)
	parting, isParting := errors.AsType[*pop3.PartingError](err)
	switch {
	case isParting && parting.Temporary():
		return exitTemporary
	case isParting && parting.After == "greeting":
		return exitUnavailable
	case isRefused && refused.Code == "" && (refused.Command == "greeting" || isError[*fetch.BadHourError](err)):
		return exitUnavailable
	case isRefused && refused.Temporary():
		return exitTemporary
	case isError[*auth.LoginError](err), isError[*auth.WeakerError](err), isError[*fetch.NoTLSError](err), isError[*dial.CertificateError](err), isError[*dial.ProxyError](err):
		return exitNoPerm
	case isRefused && refused.Command == "greeting":
		return exitUnavailable
	case isRefused && refused.Command == "UIDL":
		return exitTemporary // it mostly works on another day
	case isRefused, isParting, isError[*pop3.ProtocolError](err), isError[*dial.HandshakeError](err):
		return exitProtocol
	case isError[net.Error](err), errors.Is(err, pop3.ErrHungUp), errors.Is(err, io.EOF),
		errors.Is(err, context.DeadlineExceeded), isError[syscall.Errno](err):
		return exitUnavailable
	default:
		return exitBug
	}
}

// isTemporary reports whether an exit code stands for something that mostly goes
// away by itself.
func isTemporary(code int) bool { return code == exitUnavailable || code == exitTemporary }

// worstError chooses the error that decides the exit code of a run over several
// accounts: the first lasting one in their order, else the first at all.
func worstError(errs []error) error {
	var first error
	for _, err := range errs {
		if err == nil {
			continue
		}
		if !isTemporary(ExitCode(err)) {
			return err
		}
		if first == nil {
			first = err
		}
	}
	return first
}

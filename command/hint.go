package command

import (
	"errors"
	"io/fs"
	"net"
	"strings"
	"syscall"

	"popfetch/command/term"
	"popfetch/config"
	"popfetch/config/oauth"
	"popfetch/fetch/auth"
	"popfetch/fetch/pop3"
	"popfetch/store/hint"
)

// reportError prints an error and the way out of it.
func (p *program) reportError(account string, err error) {
	if errors.Is(err, term.ErrUnread) {
		return
	}
	lines := []string{term.PlainError(err)}
	if problems, ok := errors.AsType[*config.Error](err); ok {
		account, lines = "", strings.Split(problems.Error(), "\n")
	}
	p.PrintError(account, lines, hintFor(err))
}

// hintFor returns the way out of an error, or nothing. Errors that know their
// own have a method Hint.
func hintFor(err error) string {
	if own := hint.Of(err); own != "" {
		return own
	}
	switch {
	case isLocal(err):
		return localHint(err)
	case isError[*auth.WeakerError](err):
		return weakerHint
	case isError[*oauth.Error](err):
		return "" // what follows is about the mail server
	}
	return serverHint(err)
}

// weakerHint is the way out where the server itself has become weaker, or is several
// of which some are.
const weakerHint = "somebody may be in between, or the server has changed: popfetch sync --allow-weaker ACCOUNT takes it from now on; " +
	"for servers of one name that differ, set auth or tls_min_version"

func localHint(err error) string {
	switch {
	case errors.Is(err, term.ErrNowhere):
		return "send it to a file or a program; popfetch delete --unfetched deletes without reading"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "make room, and run it again: a sync goes on where it stopped"
	case errors.Is(err, syscall.EROFS):
		return "make the file system writable, or name another place"
	case errors.Is(err, fs.ErrPermission): // maybe that of the sandbox, which knows the disks of its beginning
		return "let the user who runs popfetch write there, or name another place; if it was made or mounted while popfetch ran, restart popfetch"
	case errors.Is(err, syscall.EINVAL) && isSync(err), errors.Is(err, errors.ErrUnsupported) && isSync(err):
		return "its file system can't make files durable: name a place on another one"
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, fs.ErrExist):
		return "there is something else of that name"
	default:
		return ""
	}
}

// isSync reports whether it is the sync of a file that failed.
func isSync(err error) bool {
	failed, ok := errors.AsType[*fs.PathError](err)
	return ok && failed.Op == "sync"
}

func serverHint(err error) string {
	dns, isDNS := errors.AsType[*net.DNSError](err)
	refused, isRefused := errors.AsType[*pop3.Error](err)
	silent, isSilent := errors.AsType[*pop3.TimeoutError](err)
	switch {
	case isDNS && dns.IsNotFound:
		return "check the spelling of server"
	case isDNS:
		return "check the network and its name server"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens on that port: POP3S is mostly on 995 (tls: implicit), STLS on 110 (tls: starttls)"
	case isSilent && silent.Command == "greeting":
		return "if the server speaks TLS from the start, as on port 995, set tls: implicit; if it is only slow, a longer timeout"
	case isSilent:
		return "the next run goes on where this one stopped; if the server needs more time, set a longer timeout"
	case isTimeout(err):
		return "check the server's name and port; a firewall may be in between; a slow network may want a longer connect_timeout"
	case isRefused && refused.Command == "UIDL":
		return "it mostly works on another day; if it doesn't for a week, messages are known by their headers from then on"
	case isRefused && refused.Temporary():
		return "try again later"
	default:
		return ""
	}
}

func isTimeout(err error) bool {
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
}

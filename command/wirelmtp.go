package command

import (
	"context"
	"fmt"
	"net"

	"popfetch/config"
	"popfetch/fetch/dial"
	"popfetch/store/lmtp"
)

// peerOf is the server of LMTP that is a mailbox.
func peerOf(m config.Mailbox) lmtp.Address {
	return lmtp.Address{Server: m.Place, Recipient: m.Recipient}
}

// checkLMTP asks the server of LMTP whether it would take mail.
func checkLMTP(ctx context.Context, a account) error {
	options, err := lmtpOptions(a)
	if err != nil {
		return err
	}
	return lmtp.Check(ctx, peerOf(a.Mailbox), options)
}

var protections = map[string]lmtp.Protection{
	"":         lmtp.OffMachine,
	"starttls": lmtp.Always,
	"none":     lmtp.Never,
}

// adviceOnLMTP tells what it costs that mail goes to the server of LMTP without TLS.
func adviceOnLMTP(a account) []advice {
	host, _, err := net.SplitHostPort(a.Mailbox.Place)
	to := dial.Server{Host: host}
	if err != nil || protections[a.Mailbox.Security] != lmtp.Never || to.IsLoopback() {
		return nil
	}
	return []advice{newWarning("have it offer STARTTLS, and leave out tls", "lmtp.tls: none: anybody on the way to the server of LMTP can read the mail")}
}

// lmtpOptions say how the mail gets there: under TLS that trusts whom the keys in lmtp
// name, as the account's own do for the POP3 server.
func lmtpOptions(a account) (*lmtp.Options, error) {
	trust, err := trustOf(a.Mailbox.TLS)
	if err != nil {
		return nil, &configError{err: fmt.Errorf("lmtp.%w", err)}
	}
	host, _, _ := net.SplitHostPort(a.Mailbox.Place)
	peer := dial.Server{Host: host, Security: dial.StartTLS, Command: "STARTTLS", TLS: trust, ConnectTimeout: a.ConnectTimeout}
	secure := func(ctx context.Context, conn net.Conn) (net.Conn, error) {
		secured, err := peer.Upgrade(ctx, conn)
		if isError[*dial.CertificateError](err) || isError[*dial.HandshakeError](err) {
			err = &lmtp.TLSError{Err: err}
		}
		return secured, err
	}
	return &lmtp.Options{Protection: protections[a.Mailbox.Security], Secure: secure}, nil
}

// Package dovecottest runs a private Dovecot, so that a test can meet a real POP3 server.
//
//	server := dovecottest.Start(t)
//	server.AddUser("me", "secret")
//	server.Deliver("me", slices.Values([][]byte{[]byte("Subject: hello\r\n\r\nHi.\r\n")}))
//	conn, err := net.Dial("tcp", server.PlainAddr)
//
// The words:
//
//   - An instance is one Dovecot with everything of its own: ports, certificate, users, mail and
//     log. Several run side by side.
//   - The home is the instance's folder under /tmp. It goes when the test ends.
//   - The account is the system user that the instance runs as: the one who runs the test, or
//     nobody when that is root. No part of an instance keeps root's rights.
//   - A mailbox is what the server holds for one user, here as a Maildir.
//
// The one rule: an instance never outlives its test. It is ended by its own process group when
// the test ends, and by the kernel when the test binary dies before that.
//
// Where Dovecot 2.3 isn't installed, or the system isn't Linux, the test is skipped; with the
// variable POPFETCH_INTEROP=required in the environment it fails instead, so that a machine
// that is meant to have a Dovecot cannot pass without it.
package dovecottest

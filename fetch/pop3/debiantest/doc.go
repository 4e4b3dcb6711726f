// Package debiantest runs POP3 servers that Debian 12 has beside Dovecot, so that a test can meet
// their manners: courier-pop 1.0, popa3d 1.0 and mailutils-pop3d 3.15.
//
//	server := debiantest.Start(t, debiantest.Popa3d)
//	server.Deliver([]byte("Subject: hello\r\n\r\nHi.\r\n"))
//	conn, err := net.Dial("tcp", server.Addr)
//
// The words:
//
//   - A kind is one of the servers; an instance is one running, with a port, a user and mail of
//     its own. Several run side by side.
//   - The root is a folder under /tmp in which the instance's programs are shut (chroot). It
//     holds them, their libraries, accounts, configuration and mail, and goes when the test ends.
//   - A session is a process of the server for one connection, started as inetd would.
//
// The one rule: nothing of an instance is outside its root or outlives its test. The processes are
// ended by their own process groups when the test ends, and by the kernel when the test binary
// dies before that.
//
// The servers are found by POPFETCH_SERVERS, the folder that .ci/servers fills. Where it is not
// set, for anybody but root, or if the system isn't Linux, the test is skipped; with
// POPFETCH_INTEROP=required it fails instead.
//
// What the servers do, as tried here:
//
// courier-pop announces TOP, USER, LOGIN-DELAY 10, PIPELINING, UIDL, UTF8 USER and IMPLEMENTATION,
// before the login and after it, and has no response codes. It doesn't insist on the delay itself.
// What is sent ahead behind PASS is lost, and no answer ever comes. A wrong password takes five
// seconds. UIDs are UID1-1795745397 and so on, and are kept in the Maildir. Any number of sessions
// may share a maildrop; a message that another one has deleted is refused. A message with 8 bits
// in its header comes as an attachment of another one, from "Mail Delivery Subsystem", unless the
// client has said UTF8. That one has no Message-ID and no Date, is longer than LIST says, and has the
// number of the server's process in its boundary, so that it is another one in each session. A
// last line without an end gets one, which LIST doesn't count.
//
// popa3d says nothing but "+OK" and "-ERR", except to a wrong password. It has USER, UIDL, TOP and
// LAST, but neither CAPA, AUTH, APOP nor STLS. What is sent ahead is answered. UIDs are hashes of
// the header: messages with the same header have the same, and so do all without one. A session
// that is open doesn't keep others out; when the mbox changes under it, it hangs up. A login within
// a second after the mbox has changed takes until that second is over.
//
// mailutils-pop3d announces TOP, UIDL, RESP-CODES, PIPELINING, AUTH-RESP-CODE, EXPIRENEVER (in one
// word) and USER, and after the login IMPLEMENTATION; the delay of its own setting login-delay it
// announces as a bare number. What is sent ahead is answered. The greeting has a timestamp, as for
// APOP, for which no user here has a secret. A second session is refused with [IN-USE], a wrong
// password with [AUTH]. UIDs are made when UIDL first asks for them and written into the mbox as the
// field X-UIDL, as are X-UID and Status: RETR and TOP send what there is by then, so that a message
// grows from session to session. Every ">From " in a body loses its ">". LIST tells other sizes
// than RETR sends, and others after UIDL than before.
package debiantest

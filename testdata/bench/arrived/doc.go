// Package arrived tells whether a mailbox holds exactly the messages that were delivered.
//
// A message is known by its Message-ID and compared by its body. The rest of the header is left
// out, because most programs add a line to it and fetchmail rewrites it. For the same reason
// these don't count as a difference: CRLF or LF, empty lines at the end, and in an mbox one ">"
// before a line that begins with "From ", or with that and further ">".
package arrived

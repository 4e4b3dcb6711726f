// Package pipe gives messages to a command: a mail delivery agent such as
// maildrop, procmail or dovecot-lda, or anything that reads a message.
//
// The command is run by /bin/sh (cmd.exe on Windows), once for each message.
// Its stdin is a file that holds the whole message, as the server sent it, but
// with LF line ends; nothing is added, no From_ line either. Its stdout is the
// null device. Of what it says on stderr the last line is shown if it fails.
//
// Its words are those of sysexits.h: exit status 0 is delivered; 126 and 127,
// by which the shell says that there is no such command, mean that no message
// can be delivered, if the command's first word is what isn't there; every other, a signal, or no end in time means that this
// message is refused, which stays on the server and is tried again later. 75
// says that it is for now.
//
// Its one rule: a command never sees half a message. It may see a message
// twice; see package handover for what that depends on.
package pipe

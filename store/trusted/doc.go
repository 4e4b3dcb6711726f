// Package trusted finds out whether what a path leads to can have been put there
// by somebody else, and opens only what can't.
//
// Its words: a Rule says for what a file is used; an entry is a file, a folder or
// a symbolic link on the way; a person is a user whose number is
// one of people's (from UID_MIN on) or has no name, a system account is one with a
// number below. A shell tells nothing: SFTP lets in people who have none.
//
// Its one rule: every folder and every link that a path leads through, and what
// it leads to, belongs to us or to root, and nobody else can write it. In a folder
// with the sticky bit others may make entries, but can't touch ours: there it is
// the entry that must be ours.
//
// The way is looked at from the root down, entry by entry, and what it leads to is
// looked at once more when it is open. That leaves no moment for a swap: by the
// time an entry is looked at, all the folders above it are known to be such that
// only we and root can change what they hold.
//
// What people really have, and what is trusted for it:
//
//   - A group that can write, if nobody is in it but us, root and system accounts:
//     the private group of a user (umask 002), /var/mail of the group mail, a
//     volume of Kubernetes with an fsGroup. Where users come from elsewhere than
//     /etc/passwd, only a group with the number of our user, or of a system account.
//   - Links of root or of ours, as a home folder that is one.
//   - In a container, a folder that root mounted there, whoever can write it: who
//     else is in the container is its owner's affair. Also what belongs to a user that
//     the container doesn't have, as a folder of the host, or of the image to a
//     number that OpenShift gives. There, who has no shell is a system account.
//   - A disk of Windows, in its subsystem for Linux or a container: its modes are
//     made up by the mount.
//   - In a user namespace without root, folders of the overflow user that only their
//     owner can write: root's look so, and so do those of others.
//   - On Android, the folders of the system above those of an app.
//   - To root on NFS, what belongs to nobody: root's files do, with root squash.
//   - What the system hands over as a descriptor: /dev/stdin, /proc/self/fd.
//
// It knows the bits of the mode. An access control list of POSIX shows in them as
// the group's; who else is in the list was put there by its owner. On Windows
// nothing is looked at but whether it is a file.
package trusted

// Package secret holds passwords and knows where they come from.
//
// Its words: a Secret is a text that never prints itself; a Source is the
// place an account's password is read from (a command, a file, a variable of
// the environment, the configuration, the keyring, a person at the terminal);
// an item is one Secret kept in the system's keyring.
//
// Its one rule: no way of printing, encoding or failing shows a Secret. Only
// Reveal does, so that a search for that word finds every place where a
// secret leaves.
package secret

package pop3d

// An Intercept is asked about each command before it is carried out, and about
// the pseudo-commands Greeting and Login. It may answer in the server's place,
// or do harm, and then returns true; or return false, and the command is
// carried out by the book, through the filters that it has put up.
//
// It runs in the session's goroutine, so several sessions may run one
// Intercept at a time.
//
// Package fault has those for the usual faults.
type Intercept func(c *Conn, cmd Command) (handled bool)

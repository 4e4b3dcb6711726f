// Package store is the contract between the engine and the local side: a
// Mailbox takes messages in batches and lets each batch appear as a whole.
//
// Its words: a message is staged when it is complete and durable but
// invisible, published when mail programs can see it, and kept when the ledger
// says that it was published. A place is the mailbox's own word for where a
// staged message lies; the ledger stores it without understanding it.
//
// Its one rule: between Stage and Publish the caller makes the places durable
// in the ledger. Whatever dies at any instant, Repair is given exactly the
// places that were recorded and not yet kept, and finds for each whether its
// message lies in the mailbox. That is how "exactly once" is made. A mailbox that
// is another program can't be looked into, and promises "at least once".
package store

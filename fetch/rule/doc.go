// Package rule is the vocabulary that the configuration and the engine share: what
// a person may want to become of messages. It has no behaviour, so that neither
// side learns anything of the other by it.
//
// Its words are those of the keys: delete, start, max_size, max_messages.
package rule

package pop3

import (
	"cmp"
	"errors"
	"strconv"
)

// An Item is one message of the maildrop as its listing tells it.
type Item struct {
	Number int
	UID    string // as the server sent it; RFC 1939 promises what not all keep
	Size   int64  // in bytes, as the server counts them; -1 where it wasn't asked or told
}

// A Survey is what Survey asks for.
type Survey struct {
	Capabilities bool // CAPA; Announced then has them
	UIDs         bool // UIDL
	Sizes        bool // LIST
}

// Survey asks for capabilities, UIDs and sizes, in one flight where the server
// pipelines. The items come in the order in which the server lists them; a
// message that it lists twice counts once. The server's refusal of UIDL or
// LIST is an *Error, beside what the other of them told.
func (c *Client) Survey(what Survey) ([]Item, error) {
	var found listing
	err := c.sendFlight(
		step{what.Capabilities, "CAPA", c.capaAgain},
		step{what.UIDs, "UIDL", func() error { return c.uidlReply(&found) }},
		step{what.Sizes, "LIST", func() error { return c.listReply(&found, what.UIDs) }},
	)
	return found.items, err
}

// UniqueIDs asks for the UIDs, UIDL of RFC 1939 section 7, together with the
// capabilities where they are wanted, and gives each line to each as it comes.
// The uid is valid until each returns. A server may list a number twice. So it
// does with the sizes, LIST of section 5, unless size is nil; a refusal of that
// is no error, and the death of the connection a *SizesError.
func (c *Client) UniqueIDs(capabilities bool, each func(number int, uid []byte), size func(number int, size int64)) error {
	return c.sendFlight(
		step{capabilities, "CAPA", c.capaAgain},
		step{true, "UIDL", func() error {
			if _, err := c.readStatus("UIDL"); err != nil {
				return err
			}
			return c.readListing("UIDL", each)
		}},
		step{size != nil, "LIST", func() error {
			_, err := c.readStatus("LIST")
			if refused := (*Error)(nil); errors.As(err, &refused) {
				return nil
			}
			if err == nil {
				err = c.readLines("LIST", listingBound, func(line []byte) error {
					digits, rest := cutField(line)
					if number, err := strconv.ParseUint(string(digits), 10, 31); err == nil {
						size(int(number), sizeOf(rest))
					}
					return nil
				})
			}
			if err != nil {
				return &SizesError{err}
			}
			return nil
		}},
	)
}

// AllSizes asks for the sizes of all messages, LIST of RFC 1939 section 5, and gives each
// line to each as it comes. A server may list a number twice.
func (c *Client) AllSizes(each func(number int, size int64)) error {
	return c.sendFlight(step{true, "LIST", func() error {
		if _, err := c.readStatus("LIST"); err != nil {
			return err
		}
		return c.readListing("LIST", func(number int, size []byte) { each(number, sizeOf(size)) })
	}})
}

// A SizesError says that the connection died of LIST, which told nothing that is
// needed.
type SizesError struct{ Err error }

func (e *SizesError) Error() string { return e.Err.Error() }

func (e *SizesError) Unwrap() error { return e.Err }

type step struct {
	wanted  bool
	command string
	reply   func() error
}

// sendFlight sends the commands at once and then reads the replies, or, where the
// server doesn't pipeline, one after the other. It returns the first refusal,
// but not before all replies are read.
func (c *Client) sendFlight(steps ...step) error {
	ahead := c.IsPipelining()
	for _, s := range steps {
		if s.wanted && ahead {
			if err := c.queueCommand(s.command, s.command); err != nil {
				return err
			}
		}
	}
	var refused error
	for _, s := range steps {
		if !s.wanted {
			continue
		}
		if !ahead {
			if err := c.queueCommand(s.command, s.command); err != nil {
				return err
			}
		}
		if err := c.flushCommands(s.command); err != nil {
			return err
		}
		err := s.reply()
		if c.dead != nil {
			return err
		}
		if refused == nil {
			refused = err
		}
	}
	if refused != nil && c.parting != nil {
		// It may be no answer but the end. To know, ask what costs nothing.
		c.Noop()
		return cmp.Or(c.dead, refused)
	}
	return refused
}

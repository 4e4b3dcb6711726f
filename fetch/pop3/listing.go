package pop3

import (
	"bytes"
	"strconv"
	"strings"
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
// pipelines. The items come in the order in which the server lists them. The
// server's refusal of UIDL or LIST is an *Error.
func (c *Client) Survey(what Survey) ([]Item, error) {
	var items []Item
	err := c.flight(
		step{what.Capabilities, "CAPA", func() error {
			_, err := c.capaReply()
			return err
		}},
		step{what.UIDs, "UIDL", func() (err error) {
			items, err = c.uidlReply()
			return err
		}},
		step{what.Sizes, "LIST", func() (err error) {
			items, err = c.listReply(items, what.UIDs)
			return err
		}},
	)
	return items, err
}

type step struct {
	wanted  bool
	command string
	reply   func() error
}

// flight sends the commands at once and then reads the replies, or, where the
// server doesn't pipeline, one after the other.
func (c *Client) flight(steps ...step) error {
	ahead := c.pipelining()
	for _, s := range steps {
		if s.wanted && ahead {
			if err := c.put(s.command, s.command); err != nil {
				return err
			}
		}
	}
	if err := c.flush(steps[0].command); err != nil {
		return err
	}
	var refused error
	for _, s := range steps {
		if !s.wanted {
			continue
		}
		if !ahead {
			if err := c.send(s.command); err != nil {
				return err
			}
		}
		err := s.reply()
		if c.dead != nil {
			return err
		}
		if refused == nil {
			refused = err
		}
	}
	return refused
}

func (c *Client) uidlReply() ([]Item, error) {
	if _, err := c.status("UIDL"); err != nil {
		return nil, err
	}
	var items []Item
	err := c.lines("UIDL", maxMessages, func(line []byte) error {
		number, uid, err := numbered("UIDL", line)
		items = append(items, Item{Number: number, UID: string(uid), Size: -1})
		return err
	})
	return items, err
}

// listReply puts the sizes to the items that UIDL named; without UIDL it lists
// the items by itself.
func (c *Client) listReply(items []Item, named bool) ([]Item, error) {
	if _, err := c.status("LIST"); err != nil {
		return items, err
	}
	find := finder(items)
	err := c.lines("LIST", maxMessages, func(line []byte) error {
		number, rest, err := numbered("LIST", line)
		if err != nil {
			return err
		}
		if !named {
			items = append(items, Item{Number: number, Size: sizeOf(rest)})
		} else if i, ok := find(number); ok {
			items[i].Size = sizeOf(rest)
		}
		return nil
	})
	return items, err
}

// finder returns a function that finds the item with a number. Servers mostly
// give both lists in the same order, and then it takes no memory.
func finder(items []Item) func(number int) (int, bool) {
	next := 0
	var index map[int]int
	return func(number int) (int, bool) {
		if next < len(items) && items[next].Number == number {
			next++
			return next - 1, true
		}
		if index == nil {
			index = make(map[int]int, len(items))
			for i, item := range items {
				index[item.Number] = i
			}
		}
		i, ok := index[number]
		return i, ok
	}
}

// sizeOf reads the size in a line of a listing. A size that is none is as good
// as untold: what counts is what RETR brings.
func sizeOf(field []byte) int64 {
	digits, _, _ := bytes.Cut(field, []byte{' '})
	size, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil || size < 0 {
		return -1
	}
	return size
}

// numbered takes the message number from a line of a listing.
func numbered(command string, line []byte) (int, []byte, error) {
	digits, rest, _ := bytes.Cut(line, []byte{' '})
	number, err := strconv.Atoi(string(digits))
	if err != nil || number < 1 {
		return 0, nil, &ProtocolError{Command: command, Problem: "no message number in", Line: cut(line)}
	}
	return number, rest, nil
}

// Stat asks for the number of messages in the maildrop and their size in
// bytes, RFC 1939 section 5.
func (c *Client) Stat() (messages int, size int64, err error) {
	text, err := c.do("STAT")
	if err != nil {
		return 0, 0, err
	}
	number, rest, _ := strings.Cut(text, " ")
	octets, _, _ := strings.Cut(rest, " ")
	messages, errNumber := strconv.Atoi(number)
	size, errSize := strconv.ParseInt(octets, 10, 64)
	if errNumber != nil || errSize != nil {
		return 0, 0, c.fail("STAT", &ProtocolError{Command: "STAT", Problem: "not two numbers", Line: text})
	}
	return messages, size, nil
}

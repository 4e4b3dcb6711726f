package pop3

import (
	"iter"
	"strconv"
)

// Retrieve gets the messages with these numbers, RETR of RFC 1939 section 5,
// in their order. Numbers are drawn ahead of the messages, as many as the
// pipelining window takes; once the sequence ends, what was drawn still comes.
//
// With each step comes a message, to be read before the next step; what is
// left unread is skipped. An *Error is the server's no to that one message,
// and the loop goes on. Any other error means that the connection is dead, and
// is the last step; the message is nil then if it was none's turn.
//
// A caller that breaks off while replies are under way leaves a connection of
// no use but to be closed.
func (c *Client) Retrieve(numbers iter.Seq[int]) iter.Seq2[*Message, error] {
	return c.readMessages("RETR", "", numbers)
}

// Top gets the header and the first lines of the body of the messages with
// these numbers, TOP of RFC 1939 section 7. It works as Retrieve does.
func (c *Client) Top(numbers iter.Seq[int], lines int) iter.Seq2[*Message, error] {
	return c.readMessages("TOP", " "+strconv.Itoa(lines), numbers)
}

func (c *Client) readMessages(verb, argument string, numbers iter.Seq[int]) iter.Seq2[*Message, error] {
	return func(yield func(*Message, error) bool) {
		w := c.newWindow(c.expected)
		for r, err := range c.answersTo(verb, argument, numbers, w) {
			if r.number == none && c.dead != nil {
				yield(nil, err)
				return
			}
			m := c.beginMessage(verb, r.number, err)
			// After a break, the next command skips what is unread, and
			// Close has nothing to wait for.
			if !yield(m, err) {
				return
			}
			if err != nil {
				continue
			}
			if err := m.skipRest(); err != nil {
				yield(m, err)
				return
			}
			w.learnSize(m.size)
		}
	}
}

// Delete marks the messages with these numbers for deletion, DELE of RFC 1939
// section 5, and yields each number with the server's answer: nil, or an
// *Error. Any other error is the last step. The server deletes at Quit.
func (c *Client) Delete(numbers iter.Seq[int]) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		w := c.newWindow(1)
		for r, err := range c.answersTo("DELE", "", numbers, w) {
			if !yield(r.number, err) {
				return
			}
		}
	}
}

// Sizes asks for the size of each of the messages with these numbers, LIST of
// RFC 1939 section 5, and yields them in their order. An *Error is the server's
// no to one of them. Any other error is the last step.
func (c *Client) Sizes(numbers iter.Seq[int]) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		w := c.newWindow(1)
		for r, err := range c.answersTo("LIST", "", numbers, w) {
			item := Item{Number: r.number, Size: -1}
			if err == nil {
				_, size := cutField(r.text)
				item.Size = sizeOf(size)
			}
			if !yield(item, err) {
				return
			}
		}
	}
}

package pop3

import (
	"errors"
	"iter"
	"strconv"
	"time"
)

// The window of commands under way. Each bound is for a reason of its own: the
// dialler gives the socket a send buffer that is sure to hold CommandBytes, so
// that writing commands never waits; windowBytes of replies under way keep any
// link busy even when half of them are in (1 Gbit/s at 30 ms), and are still
// soon read to their end when the run has to stop.
//
// The first window is as wide as can be. A narrow one, until it turns out how
// large the messages are, costs a round trip each time that it widens, and the
// wide one costs nothing but when a run is stopped in it. On a slow link the
// window then narrows to what comes in a second, which is many round trips.
const (
	maxCommands  = 2048
	windowBytes  = 8 << 20
	windowTime   = time.Second
	slowBytes    = 512 << 10                 // that are under way however slow the link is
	expectedSize = windowBytes / maxCommands // bytes in a message, before any has come
)

// CommandBytes bounds the bytes of the commands that are under way at once. A
// connection must be able to take that many without the server reading any.
const CommandBytes = 32 << 10

// A window tells how many commands may be under way.
type window struct {
	pipelining bool
	average    int64 // bytes in a reply, of late
	began      time.Time
	received   int64 // bytes since then
}

func (c *Client) newWindow(expected int64) *window {
	return &window{pipelining: c.IsPipelining(), average: expected, began: time.Now()}
}

// commandLimit is 1 for a server that doesn't pipeline: the same loop then waits for
// each reply.
func (w *window) commandLimit() int {
	if !w.pipelining {
		return 1
	}
	return int(min(max(windowBytes/max(w.average, 1), 2), maxCommands))
}

// commandLimitNow is commandLimit, or less if the link turned out to be slow.
func (w *window) commandLimitNow() int {
	limit := w.commandLimit()
	if w.received == 0 || limit == 1 {
		return limit
	}
	perSecond := float64(w.received) / max(time.Since(w.began).Seconds(), 1e-6)
	bytes := max(int64(min(perSecond*windowTime.Seconds(), windowBytes)), slowBytes)
	return min(limit, int(max(bytes/max(w.average, 1), 2)))
}

// wantsMore reports whether it is time for more commands, of which so many and so
// many bytes are under way, and up to how many.
func (w *window) wantsMore(sent *queue) (limit int, more bool) {
	few := func(limit int) bool { return sent.len() <= limit/2 && sent.bytes <= CommandBytes/2 }
	if limit = w.commandLimit(); !few(limit) {
		return 0, false // without a look at the clock
	}
	limit = w.commandLimitNow()
	return limit, few(limit)
}

// learnSize takes the size of a reply into account: a big one closes the window at
// once, small ones open it step by step.
func (w *window) learnSize(bytes int64) {
	w.received += bytes
	if bytes > w.average {
		w.average = bytes
	} else {
		w.average -= (w.average - bytes) / 4
	}
}

// none is the number of an error that came when it was no message's turn.
const none = 0

// An answer is the status line to a command about one message.
type answer struct {
	number int
	text   []byte // valid until the next read
}

// answersTo sends verb with each number and the argument behind it, as far ahead
// of the replies as w allows, and yields each answer, or its error. What belongs
// to the reply is to be read before the next step. When the caller breaks off,
// replies are under way that nobody reads, and the connection is of no use any
// more.
func (c *Client) answersTo(verb, argument string, numbers iter.Seq[int], w *window) iter.Seq2[answer, error] {
	return func(yield func(answer, error) bool) {
		c.patient = false
		next, stop := iter.Pull(numbers)
		defer stop()
		var sent queue
		for more := true; ; {
			if limit, wanted := w.wantsMore(&sent); more && wanted {
				var err error
				if more, err = c.sendAhead(verb, argument, next, &sent, limit); err != nil {
					yield(answer{number: none}, err)
					return
				}
			}
			if sent.len() == 0 {
				err := c.message.skipRest()
				if err == nil {
					err = c.inStep(verb)
				}
				if err != nil {
					yield(answer{number: none}, err)
				}
				return
			}
			number := sent.pop()
			text, err := c.readStatus(verb)
			if verb == "RETR" {
				c.pace.wireSize = c.wireSizeOf(number)
			}
			if !yield(answer{number, text}, err) || c.dead != nil {
				if sent.len() > 0 && c.dead == nil {
					c.dead = errAbandoned
				}
				return
			}
		}
	}
}

// sendAhead fills the window and reports whether there may be more to send.
func (c *Client) sendAhead(verb, argument string, next func() (int, bool), sent *queue, limit int) (bool, error) {
	const digits = len("9223372036854775807")
	longest := len(verb) + len(" ") + digits + len(argument) + len("\r\n")
	for sent.len() < limit && sent.bytes+longest <= CommandBytes {
		number, more := next()
		if !more {
			return false, c.flushCommands(verb)
		}
		command := verb + " " + strconv.Itoa(number) + argument
		if err := c.queueCommand(command, command); err != nil {
			return false, err
		}
		sent.push(number, len(command)+len("\r\n"))
	}
	return true, c.flushCommands(verb)
}

var errAbandoned = errors.New("replies are under way that nobody waits for")

// A queue holds the commands under way.
type queue struct {
	commands []sentCommand
	first    int
	bytes    int
}

type sentCommand struct{ number, bytes int }

func (q *queue) len() int { return len(q.commands) - q.first }

func (q *queue) push(number, bytes int) {
	q.commands = append(q.commands, sentCommand{number, bytes})
	q.bytes += bytes
}

// pop moves the rest to the front once half of the memory is used up, so that
// it doesn't grow with the maildrop.
func (q *queue) pop() (number int) {
	command := q.commands[q.first]
	q.bytes -= command.bytes
	if q.first++; 2*q.first >= len(q.commands) {
		q.commands = q.commands[:copy(q.commands, q.commands[q.first:])]
		q.first = 0
	}
	return command.number
}

package pop3

import (
	"bytes"
	"strconv"
	"strings"
)

// listingBound allows for a million messages with the longest UIDs that RFC 1939 has.
// It is a variable for the sake of tests.
var listingBound = bound{
	lines: 1_000_000 + maxOddLines, bytes: 80 << 20,
	problem: "the maildrop lists more than a million messages, or more than 80 MB",
	advice:  "have a webmail move some to another folder, or ask the provider: no maildrop should be that large",
}

// A listing gathers what UIDL and LIST tell.
type listing struct {
	items []Item
	uids  arena
	next  int         // the item that indexOf expects to be asked for
	last  int         // the highest number so far
	index map[int]int // from number to item, where the order isn't as expected
}

// indexOf finds the item with a number. Servers mostly list the messages in their
// order, and both times in the same, and then it takes no memory.
func (l *listing) indexOf(number int) (int, bool) {
	if l.next < len(l.items) && l.items[l.next].Number == number {
		l.next++
		return l.next - 1, true
	}
	if number > l.last {
		return 0, false
	}
	if l.index == nil {
		l.index = make(map[int]int, len(l.items))
		for i, item := range l.items {
			l.index[item.Number] = i
		}
	}
	i, ok := l.index[number]
	return i, ok
}

// addItem adds an item, unless there is one of its number.
func (l *listing) addItem(item Item) {
	if item.Number <= l.last {
		if _, ok := l.indexOf(item.Number); ok {
			return
		}
	}
	if l.index != nil {
		l.index[item.Number] = len(l.items)
	}
	l.last = max(l.last, item.Number)
	l.items = append(l.items, item)
}

func (c *Client) uidlReply(found *listing) error {
	if _, err := c.readStatus("UIDL"); err != nil {
		return err
	}
	return c.readListing("UIDL", func(number int, uid []byte) {
		found.addItem(Item{Number: number, UID: found.uids.addString(uid), Size: -1})
	})
}

// listReply puts the sizes to the items that UIDL named; without UIDL it lists
// the items by itself.
func (c *Client) listReply(found *listing, named bool) error {
	if _, err := c.readStatus("LIST"); err != nil {
		return err
	}
	return c.readListing("LIST", func(number int, size []byte) {
		if !named {
			found.addItem(Item{Number: number, Size: sizeOf(size)})
		} else if i, ok := found.indexOf(number); ok {
			found.items[i].Size = sizeOf(size)
		}
	})
}

// maxOddLines is how many lines that say nothing are overlooked in a list. One
// in which there are more isn't a list.
const maxOddLines = 100

// readListing reads lines that begin with a message number. A line that doesn't is
// overlooked, unless all are like that, or it is a status line: then the server
// is out of step.
func (c *Client) readListing(command string, each func(number int, rest []byte)) error {
	good, odd := false, []byte(nil)
	left := maxOddLines
	err := c.readLines(command, listingBound, func(line []byte) error {
		digits, rest := cutField(bytes.TrimLeft(line, " \t"))
		// 31 bits, so that all systems take the same numbers.
		number, err := strconv.ParseUint(string(digits), 10, 31)
		if err == nil && number > 0 {
			good = true
			each(int(number), rest)
			return nil
		}
		if isStatus(digits) || left == 0 {
			return c.protocolError(command, noNumber, line)
		}
		if odd == nil {
			odd = bytes.Clone(line)
		}
		left--
		c.oddLines++
		return nil
	})
	if err == nil && odd != nil && !good {
		return c.protocolError(command, noNumber, odd)
	}
	return err
}

const noNumber = "no message number in"

func isStatus(word []byte) bool {
	return bytes.EqualFold(word, []byte("+OK")) || isNo(word)
}

// OddLines is how many lines of lists were overlooked so far, as they made no
// sense.
func (c *Client) OddLines() int { return c.oddLines }

// cutField cuts a line at its first white space.
func cutField(line []byte) (field, rest []byte) {
	i := bytes.IndexAny(line, " \t")
	if i < 0 {
		return line, nil
	}
	return line[:i], bytes.TrimLeft(line[i:], " \t")
}

// sizeOf reads the size in a line of a listing. A size that is none is as good
// as untold: what counts is what RETR brings.
func sizeOf(rest []byte) int64 {
	digits, _ := cutField(rest)
	size, err := strconv.ParseUint(string(digits), 10, 63)
	if err != nil {
		return -1
	}
	return int64(size)
}

// An arena holds many small strings in a few big ones, as a million strings
// would otherwise cost a million allocations.
type arena struct{ block strings.Builder }

// arenaBlock is small enough for what the few strings that outlive the others
// hold on to.
const arenaBlock = 16 << 10

func (a *arena) addString(text []byte) string {
	if a.block.Len()+len(text) > a.block.Cap() {
		a.block.Reset()
		a.block.Grow(max(arenaBlock, len(text)))
	}
	from := a.block.Len()
	a.block.Write(text)
	return a.block.String()[from:]
}

// Stat asks for the number of messages in the maildrop and their size in
// bytes, RFC 1939 section 5.
func (c *Client) Stat() (messages int, size int64, err error) {
	text, err := c.roundTrip("STAT")
	if err != nil {
		return 0, 0, err
	}
	digits, rest := cutField(text)
	number, err := strconv.ParseUint(string(digits), 10, 31)
	size = sizeOf(rest)
	if err != nil || size < 0 {
		return 0, 0, c.protocolError("STAT", "not two numbers", text)
	}
	return int(number), size, nil
}

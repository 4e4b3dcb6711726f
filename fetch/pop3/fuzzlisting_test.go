package pop3

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/pop3/turntest"
)

// FuzzListing reads a reply to UIDL and one to LIST, sent one after the other
// or ahead, and compares the items with what a map makes of the same lines. The
// client must be dead behind a list that isn't one, and in step behind any
// other.
func FuzzListing(f *testing.F) {
	for _, lists := range [][2]string{
		{"1 a\r\n2 b\r\n.\r\n", "1 10\r\n2 20\r\n.\r\n"},
		{"3 c\r\n1 a\r\n3 x\r\n2 b\r\n.\r\n", "2 20\r\n1 10\r\n3 30\r\n4 40\r\n.\r\n"},
		{"2 b\r\n1 a\r\n3 c\r\n3 c\r\n.\r\n", "3 30\r\n.\r\n"},
		{".\r\n", ".\r\n"},
		{"1\r\n2 \r\n3 a b\t\r\n4 \x00\r\x1b\r\n..5\r\n.\r\n", "1 x\r\n2 -1\r\n3 9223372036854775808\r\n.\r\n"},
		{"0 a\r\n.\r\n", ".\r\n"},
		{"2147483647 a\n2147483648 b\n.\n", ".\n"},
		{"+1 a\r\n.\r\n", "1_0 1\r\n.\r\n"},
		{".1 a\r\n..2 b\r\n.\r\n", "1 1\r\n.\r\n1 2\r\n.\r\n"},
		{"1 a\r\n.\r\n+OK\r\n.\r\n", ".\r\n"},
		{"1 a\r\n", "1 1\r\n"},
	} {
		f.Add(lists[0], lists[1], true)
		f.Add(lists[0], lists[1], false)
	}
	f.Fuzz(func(t *testing.T, uidl, list string, ahead bool) {
		turns := []string{"+OK\r\n", "+OK\r\n" + uidl, "+OK\r\n" + list, "+OK in step\r\n"}
		conn := turntest.Answering(turns[0], func(string) string { turns = turns[1:]; return turns[0] })
		c := onTape(t, conn, &Options{Pipelining: map[bool]Pipelining{true: On, false: Off}[ahead]})
		if _, err := c.Greeting(); err != nil {
			t.Fatal(err)
		}
		items, err := c.Survey(Survey{UIDs: true, Sizes: true})
		want, alive := readListing("+OK\r\n"+uidl, "+OK\r\n"+list, ahead)
		if diff := cmp.Diff(want, items); diff != "" {
			t.Errorf("%q, %q: %s", uidl, list, diff)
		}
		if alive != (err == nil && c.dead == nil) && !strings.Contains(uidl+list, "-ERR") {
			t.Errorf("%q, %q: %v, and the connection is: %v", uidl, list, err, c.dead)
		}
		if text, err := c.roundTrip("NOOP"); err == nil && string(text) != "in step" {
			t.Errorf("%q, %q: the reply to NOOP is %q", uidl, list, text)
		}
	})
}

var listLine = regexp.MustCompile(`(?s)^[ \t]*([0-9]+)(?:[ \t]+(.*))?$`)

// readListing is Survey in the simplest words. Where the commands are sent
// ahead, what is behind the end of one list begins the next reply. alive is
// whether the client can go on.
func readListing(uidl, list string, ahead bool) (items []Item, alive bool) {
	at := map[int]int{}
	if ahead {
		uidl, list = uidl+list, ""
	}
	rest, ok := eachLine(uidl, func(number int, uid string) {
		if _, known := at[number]; !known {
			at[number] = len(items)
			items = append(items, Item{Number: number, UID: uid, Size: -1})
		}
	})
	if !ok || rest != "" && !ahead {
		return items, false
	}
	_, ok = eachLine(rest+list, func(number int, text string) {
		size, err := strconv.ParseInt(strings.FieldsFunc(text+" x", func(r rune) bool { return r == ' ' || r == '\t' })[0], 10, 64)
		if i, known := at[number]; known && err == nil && size >= 0 && text[0] != '+' && text[0] != '-' {
			items[i].Size = size
		} else if known {
			items[i].Size = -1
		}
	})
	return items, ok
}

// eachLine reads a status line that says yes, and then lines that begin with a
// number, up to the dot. Others are overlooked, if they are few and not all.
func eachLine(reply string, each func(number int, text string)) (rest string, ok bool) {
	good, odd := 0, 0
	for first := true; ; first = false {
		line, after, found := strings.Cut(reply, "\n")
		if !found || len(line) >= maxLine {
			return "", false
		}
		reply = after
		line = strings.TrimSuffix(line, "\r")
		if first {
			if !strings.EqualFold(line, "+OK") && (len(line) < 4 || !strings.EqualFold(line[:4], "+OK ")) {
				return "", false
			}
			continue
		}
		if line == "." {
			return reply, odd == 0 || good > 0
		}
		line = strings.TrimPrefix(line, ".")
		parts := listLine.FindStringSubmatch(line)
		if parts != nil {
			if number, err := strconv.ParseInt(parts[1], 10, 32); err == nil && number > 0 {
				good++
				each(int(number), parts[2])
				continue
			}
		}
		word, _, _ := strings.Cut(strings.ReplaceAll(strings.TrimLeft(line, " \t"), "\t", " "), " ")
		if odd++; odd > maxOddLines || strings.EqualFold(word, "+OK") || strings.EqualFold(word, "-ERR") {
			return "", false
		}
	}
}

package pop3

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"popfetch/fetch/pop3/turntest"
)

// statusLine and codeOf are what RFC 1939 section 3 and RFC 2449 section 8 have
// for a status line, for servers that don't look at upper and lower case, put a
// tab behind the first word, or a plus before the no.
var (
	statusLine = regexp.MustCompile(`(?is)^(\+OK|[-+]ERR)(?:[ \t](.*))?$`)
	codeOf     = regexp.MustCompile(`(?s)^\[([^\]]{1,64})\](.*)$`)
)

// FuzzStatus reads one status line, and compares what was made of it with what
// the expressions make of it. Only what is neither yes nor no is the end.
func FuzzStatus(f *testing.F) {
	for _, line := range []string{
		"+OK", "+ok done", "+OKAY", "-ERR", "-Err no", "-ERR  two blanks", "-ERR [IN-USE] busy", "-ERR [sys/temp]", "-ERR [] x",
		"-ERR [x", "-ERR [" + strings.Repeat("x", 65) + "] y", "+ OK", "", " +OK", "-ERR \x1b[2J\x00", "* OK", "+OK\ttab",
		"-ERR\t[AUTH] no", "+ERR Server error", "+err\tx", "+ERRATUM", "+OK\t", "+",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		line, _, _ = strings.Cut(line, "\n")
		if len(line) > maxLine-2 {
			return
		}
		c := onTape(t, turntest.Playing(turntest.Script("+OK\r\n", line+"\r\n")), nil)
		if _, err := c.Greeting(); err != nil {
			return // the line holds what separates turns
		}
		err := c.Noop()
		checkStatus(t, c, line, err)
	})
}

func checkStatus(t *testing.T, c *Client, line string, err error) {
	t.Helper()
	if strings.Contains(line, "\xff") {
		return
	}
	refused, _ := errors.AsType[*Error](err)
	_, garbled := errors.AsType[*ProtocolError](err)
	switch parts := statusLine.FindStringSubmatch(line); {
	case parts == nil:
		if !garbled || c.dead == nil {
			t.Errorf("%q is no status line, and gave %v", line, err)
		}
	case strings.EqualFold(parts[1], "+OK"):
		if err != nil {
			t.Errorf("%q gave %v", line, err)
		}
	case refused == nil || c.dead != nil:
		t.Errorf("%q gave %v, and the connection is: %v", line, err, c.dead)
	default:
		text := strings.TrimRight(parts[2][:min(len(parts[2]), maxShown)], "\r\n")
		code := ""
		if coded := codeOf.FindStringSubmatch(text); coded != nil && len(coded[1]) <= 64 {
			code, text = strings.ToUpper(coded[1]), strings.TrimSpace(coded[2])
		}
		if diff := cmp.Diff(&Error{Command: "NOOP", Code: code, Text: text}, refused, cmpopts.EquateComparable(Error{})); diff != "" {
			t.Errorf("%q: %s", line, diff)
		}
	}
}

// FuzzCapabilities reads what a server announces. It has to be fit for the
// ledger, which remembers it as lines, and mean the same when it comes back.
func FuzzCapabilities(f *testing.F) {
	for _, list := range []string{
		"", "TOP\r\nUIDL\r\n", "sasl plain\r\nSASL  SCRAM-SHA-1\tX\r\n", "\r\n \r\n", "LOGIN-DELAY 900 USER\r\n", "..\r\n.x y\r\n",
		"IMPLEMENTATION \x1b[2J\x00\r\n", "a\rb c\r\n", "PIPELINING\nSTLS\n", strings.Repeat("x\r\n", 201),
	} {
		f.Add(list)
	}
	f.Fuzz(func(t *testing.T, list string) {
		c := onTape(t, turntest.Playing(turntest.Script("+OK\r\n", "+OK\r\n"+list+".\r\n")), nil)
		c.Greeting()
		caps, err := c.Capabilities()
		if (err == nil) == (c.dead != nil) {
			t.Fatalf("%v, and the connection is: %v", err, c.dead)
		}
		if err != nil {
			return
		}
		lines := caps.Lines()
		if n := strings.Count(list, "\n"); len(lines) > min(n, capaBound.lines) || len(strings.Join(lines, "\n")) > capaBound.bytes {
			t.Errorf("%d lines of %d bytes became %d", n, len(list), len(lines))
		}
		for _, line := range lines {
			words := strings.Fields(line)
			if strings.Join(words, " ") != line || !caps.Has(words[0]) || words[0] != strings.ToUpper(words[0]) {
				t.Errorf("%q is no line to be remembered", line)
			}
		}
		if diff := cmp.Diff(caps, NewCapabilities(lines...)); diff != "" {
			t.Errorf("remembered, %q is another:\n%s", lines, diff)
		}
		wants := map[string]bool{}
		for line := range strings.Lines(list) {
			line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
			if line == "." {
				break
			}
			if words := strings.Fields(strings.TrimPrefix(line, ".")); len(words) > 0 {
				wants[strings.ToUpper(words[0])] = true
			}
		}
		if diff := cmp.Diff(slices.Sorted(maps.Keys(wants)), slices.Sorted(maps.Keys(caps))); diff != "" {
			t.Errorf("%q: %s", list, diff)
		}
	})
}

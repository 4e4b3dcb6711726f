package pop3

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSurvey(t *testing.T) {
	both := []Item{{1, "whqtswO00WBw418f9t5JxYwZ", 120}, {2, "QhdPYR:00WBw1Ph7x7", 200}}
	tests := []struct {
		name   string
		what   Survey
		script string
		want   []Item
	}{
		{"nothing", Survey{}, "", nil},
		{"UIDs", Survey{UIDs: true}, `
			C: UIDL
			S: +OK
			S: 1 whqtswO00WBw418f9t5JxYwZ
			S: 2 QhdPYR:00WBw1Ph7x7
			S: .`, []Item{{1, "whqtswO00WBw418f9t5JxYwZ", -1}, {2, "QhdPYR:00WBw1Ph7x7", -1}}},
		{"sizes", Survey{Sizes: true}, `
			C: LIST
			S: +OK 2 messages (320 octets)
			S: 1 120
			S: 2 200
			S: .`, []Item{{1, "", 120}, {2, "", 200}}},
		{"one by one", Survey{UIDs: true, Sizes: true}, `
			C: UIDL
			S: +OK
			S: 1 whqtswO00WBw418f9t5JxYwZ
			S: 2 QhdPYR:00WBw1Ph7x7
			S: .
			C: LIST
			S: +OK 2 messages (320 octets)
			S: 1 120
			S: 2 200
			S: .`, both},
		{"pipelined", Survey{Capabilities: true, UIDs: true, Sizes: true}, `
			C: CAPA
			S: +OK
			S: PIPELINING
			S: .
			C: CAPA
			C: UIDL
			C: LIST
			S: +OK
			S: TOP
			S: .
			S: +OK
			S: 1 whqtswO00WBw418f9t5JxYwZ
			S: 2 QhdPYR:00WBw1Ph7x7
			S: .
			S: +OK 2 messages (320 octets)
			S: 1 120
			S: 2 200
			S: .`, both},
		{"an empty maildrop", Survey{UIDs: true, Sizes: true}, `
			C: UIDL
			S: +OK
			S: .
			C: LIST
			S: +OK
			S: .`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := converse(t, nil, test.script)
			if test.what.Capabilities {
				if _, err := c.Capabilities(); err != nil {
					t.Fatal(err)
				}
			}
			items, err := c.Survey(test.what)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, items); diff != "" {
				t.Error(diff)
			}
			if test.what.Capabilities && !c.Announced().Has(CapTop) {
				t.Error("the capabilities are the old ones")
			}
		})
	}
}

// What one of the two commands tells is not lost with the other's refusal.
func TestSurveyRefused(t *testing.T) {
	tests := []struct {
		name, script, command string
		want                  []Item
	}{
		{"UIDL", `
			C: UIDL
			C: LIST
			S: -ERR what?
			S: +OK
			S: 1 120
			S: .`, "UIDL", nil},
		{"LIST", `
			C: UIDL
			C: LIST
			S: +OK
			S: 1 one
			S: .
			S: -ERR [SYS/TEMP] later`, "LIST", []Item{{1, "one", -1}}},
		{"both", `
			C: UIDL
			C: LIST
			S: -ERR
			S: -ERR`, "UIDL", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := converse(t, &Options{Pipelining: On}, test.script+`
			C: NOOP
			S: +OK`)
			items, err := c.Survey(Survey{UIDs: true, Sizes: true})
			if refused, ok := errors.AsType[*Error](err); !ok || refused.Command != test.command {
				t.Errorf("got %v", err)
			}
			if diff := cmp.Diff(test.want, items); diff != "" {
				t.Error(diff)
			}
			if err := c.Noop(); err != nil {
				t.Errorf("out of step: %v", err)
			}
		})
	}
}

// TestSurveyOddLists has lists as no RFC describes them.
func TestSurveyOddLists(t *testing.T) {
	tests := []struct {
		name, uidl, list string
		want             []Item
	}{
		{"newest first", "3 c|2 b|1 a", "3 30|2 20|1 10", []Item{{3, "c", 30}, {2, "b", 20}, {1, "a", 10}}},
		{"other order", "1 a|2 b|3 c", "2 20|3 30|1 10", []Item{{1, "a", 10}, {2, "b", 20}, {3, "c", 30}}},
		{"gaps", "1 a|7 g|9 i", "1 10|2 20|9 90|10 100", []Item{{1, "a", 10}, {7, "g", -1}, {9, "i", 90}}},
		{"a number twice", "1 a|2 b|2 x|1 y|3 c", "1 10|1 11|2 20|3 30", []Item{{1, "a", 11}, {2, "b", 20}, {3, "c", 30}}},
		{"a number twice at once", "1 a|1 b", "1 10", []Item{{1, "a", 10}}},
		{"a number twice, in no order", "3 c|1 a|1 x|2 b|3 y", "1 10|2 20|3 30", []Item{{3, "c", 30}, {1, "a", 10}, {2, "b", 20}}},
		{"a UID twice", "1 a|2 a", "1 10|2 20", []Item{{1, "a", 10}, {2, "a", 20}}},
		{"UIDs that are none", "1|2 |3 a b|4 \x00\x1b|5 ../..", "1 1|2 2|3 3|4 4|5 5", []Item{
			{1, "", 1}, {2, "", 2}, {3, "a b", 3}, {4, "\x00\x1b", 4}, {5, "../..", 5},
		}},
		{"twice, behind others out of order", "2 b|1 a|3 c|3 x", "3 30", []Item{{2, "b", -1}, {1, "a", -1}, {3, "c", 30}}},
		{"more blanks", "1  a|2\tb", "1   10|2\t20", []Item{{1, "a", 10}, {2, "b", 20}}},
		{"dots", "1 .|2 ..", "1 10|2 20", []Item{{1, ".", 10}, {2, "..", 20}}},
		{"sizes that are none", "1 a|2 b|3 c|4 d", "1|2 -1|3 x|4 9223372036854775808", []Item{
			{1, "a", -1}, {2, "b", -1}, {3, "c", -1}, {4, "d", -1},
		}},
		{"more than a size", "1 a", "1 120 octets", []Item{{1, "a", 120}}},
		{"high numbers", "2147483647 z", "2147483647 1", []Item{{1<<31 - 1, "z", 1}}},
		{"more sizes than UIDs", "1 a", "1 10|2 20", []Item{{1, "a", 10}}},
		{"fewer sizes than UIDs", "1 a|2 b", "", []Item{{1, "a", -1}, {2, "b", -1}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := answered(t, multiline(test.uidl)+multiline(test.list))
			items, err := c.Survey(Survey{UIDs: true, Sizes: true})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, items); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// LIST without UIDL has the same troubles.
func TestSurveyOddSizes(t *testing.T) {
	c := answered(t, multiline("3 30|1 10|3 31|2 20"))
	items, err := c.Survey(Survey{Sizes: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Item{{3, "", 30}, {1, "", 10}, {2, "", 20}}, items); diff != "" {
		t.Error(diff)
	}
}

// A line that says nothing is overlooked beside others, and is an error where
// it's all there is.
func TestSurveyGarbage(t *testing.T) {
	for _, line := range []string{" ", "x", "0 a", "-1 a", "+1 a", "1a b", "2147483648 a", "18446744073709551617 a", "\x00"} {
		for _, what := range []Survey{{UIDs: true}, {Sizes: true}} {
			c := answered(t, multiline(line))
			_, err := c.Survey(what)
			if garbled, ok := errors.AsType[*ProtocolError](err); !ok || garbled.Line != line {
				t.Errorf("%q: %v", line, err)
			}
			c = answered(t, multiline("1 1|"+line+"| 3 3|"))
			items, err := c.Survey(what)
			if err != nil || len(items) != 2 || items[0].Number != 1 || items[1].Number != 3 || c.OddLines() != 2 {
				t.Errorf("%q beside others: %v, %v, %d odd", line, items, err, c.OddLines())
			}
		}
	}
}

// A status line among them means that the server is out of step, and too many
// odd lines that it's no list at all.
func TestSurveyNoList(t *testing.T) {
	for _, lines := range []string{"1 a|+OK 7 messages|2 b", "1 a|-ERR what?", "1 a" + strings.Repeat("|odd", maxOddLines+1)} {
		c := answered(t, multiline(lines))
		if _, err := c.Survey(Survey{UIDs: true}); c.Dead() == nil {
			t.Errorf("%.20q: %v", lines, err)
		}
	}
}

//go:build unix

package fetch

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// What can go wrong with the server, or on the way, in a game of TestModel.

// A mishap is one such thing.
type mishap struct {
	name         string
	intercept    pop3d.Intercept
	hidesHeaders bool
	stopAt       int64 // command at which a person stops the run
}

// natures are what a server always does.
var natures = map[string]pop3d.Intercept{
	"sound":   fault.Chain(),
	"no UIDL": noUIDL(),
	"no TOP":  withoutTop(false),
	// As a proxy does that marks what it classifies.
	"TOP lies": fault.When(fault.Verb("TOP"), fault.Rewrite(func(line string) string {
		if strings.HasPrefix(line, "Subject:") {
			return line + " [proxy]"
		}
		return line
	})),
	"LIST lies": fault.WrongSizes(func(_ int, size int64) int64 { return size + 7 }),
	"UIDs are numbers": fault.When(fault.Verb("UIDL"), fault.Rewrite(func(line string) string {
		if number, _, isItem := strings.Cut(line, " "); isItem && number != "+OK" {
			return number + " " + number
		}
		return line
	})),
}

// fault sets what goes wrong from now on, beside what the server always does.
func (m *model) fault(faults ...pop3d.Intercept) {
	m.rig.fault(append(slices.DeleteFunc(faults, func(f pop3d.Intercept) bool { return f == nil }), natures[m.nature])...)
}

// harms are what befalls a command.
var harms = map[string]func(match fault.Match) pop3d.Intercept{
	"refused":     func(match fault.Match) pop3d.Intercept { return fault.When(match, fault.Refuse("no")) },
	"refused now": func(match fault.Match) pop3d.Intercept { return fault.When(match, fault.Refuse("[SYS/TEMP] busy")) },
	"cut before":  func(match fault.Match) pop3d.Intercept { return fault.When(match, fault.Cut()) },
	"cut after":   func(match fault.Match) pop3d.Intercept { return fault.When(match, fault.CarryOut(), fault.Cut()) },
	"reset":       func(match fault.Match) pop3d.Intercept { return fault.When(match, fault.Reset()) },
	"answer lost": func(match fault.Match) pop3d.Intercept { return fault.When(match, fault.Unanswered(), fault.Cut()) },
	"garbage":     func(match fault.Match) pop3d.Intercept { return fault.When(match, fault.Answer("\x00?")) },
	"cut inside":  func(match fault.Match) pop3d.Intercept { return fault.When(match, fault.CutBody(20)) },
}

// someFault is a fault that can be borne now.
func (m *model) someFault() mishap {
	hasUIDs := m.nature != "no UIDL" && m.nature != "UIDs are numbers"
	switch pick(m, "fault", "harm", "harm", "harm", "harm", "part of the list", "odd UIDs", "stopped") {
	case "part of the list":
		if hasUIDs && !m.moved { // or what isn't listed would be known by its old UID only
			return m.partOfList()
		}
	case "odd UIDs":
		if hasUIDs && !m.sharesUIDs() { // or the other one would be taken for that which lost its UID
			every := pick(m, "every", 1, 2, 3)
			return mishap{
				name:      fmt.Sprintf("every UID of %d is empty", every),
				intercept: fault.When(fault.Verb("UIDL"), fault.Rewrite(emptied(every))),
			}
		}
	case "stopped":
		at := pick(m, "at", places(20)...)
		return mishap{name: fmt.Sprint("stopped at command ", at+1), stopAt: int64(at + 1)}
	}
	verb := pick(m, "verb", "RETR", "TOP", "DELE", "QUIT", "UIDL", "LIST", "any", "any")
	harm := pick(m, "harm", slices.Sorted(maps.Keys(harms))...)
	which := pick(m, "which", 1, 2, 3, 4, 0)
	match := fault.Verb(verb)
	if verb == "any" {
		which = pick(m, "which of all", places(25)...) + 1
		match = func(*pop3d.Conn, pop3d.Command) bool { return true }
	}
	if which > 0 {
		match = fault.Nth(int64(which), match)
	}
	return mishap{
		name:         fmt.Sprintf("%s %s (%d)", verb, harm, which),
		intercept:    harms[harm](match),
		hidesHeaders: (verb == "TOP" || verb == "any") && strings.HasPrefix(harm, "refused"),
	}
}

// partOfList is a bad day that lasts for one run.
func (m *model) partOfList() mishap {
	messages := m.rig.drop.Messages()
	part := m.halfOf(messages)
	var lines []string
	for i, message := range messages {
		if slices.ContainsFunc(part, hasUID(message.UID)) {
			lines = append(lines, fmt.Sprintf("%d %s", i+1, message.UID))
		}
	}
	return mishap{name: fmt.Sprintf("the list is %q", lines), intercept: fault.ListUIDs(lines...)}
}

// emptied takes the UID from every so-manieth line of a list.
func emptied(every int) func(string) string {
	return func(line string) string {
		number, _, isItem := strings.Cut(line, " ")
		if n, err := strconv.Atoi(number); err != nil || !isItem || n%every > 0 {
			return line
		}
		return number + " "
	}
}

// sharesUIDs reports whether two messages have one UID.
func (m *model) sharesUIDs() bool {
	uids := m.rig.drop.UIDs()
	slices.Sort(uids)
	return len(slices.Compact(uids)) < len(m.rig.drop.UIDs())
}

//go:build unix

package fetch

import (
	"fmt"
	"slices"
	"strings"

	"popfetch/fetch/pop3/pop3d"
)

// What a server and other clients do in a game of TestModel.

// fresh makes a message that is like no other, under a UID of its own if it
// isn't given one. Some are larger than max_size, and some have no header to
// be known by, and a size of their own.
func (m *model) fresh(uid string) pop3d.Message {
	m.names++
	name := fmt.Sprint("m", m.names)
	if uid == "" {
		uid = fmt.Sprint("u", m.names)
	}
	text := textOf(name)
	switch pick(m, "kind", "usual", "usual", "large", "plain", "alarm", "alarm") {
	case "alarm": // of a device without a clock: one header for all, and one size
		text = "Subject: alarm\r\nFrom: device\r\n\r\n" + fmt.Sprintf("%10s", name) + "\r\n"
	case "large":
		text = strings.Replace(text, "From here", "From here"+strings.Repeat(" and there", maxSize/10), 1)
	case "plain":
		text = "\r\n" + strings.Repeat("x", m.names) + "\r\n" + name + "\r\n"
	}
	if !slices.Contains(m.uids, uid) {
		m.uids = append(m.uids, uid)
	}
	m.byText[stored([]byte(text))] = name
	return pop3d.Message{UID: uid, Body: []byte(text)}
}

// maxSize is in bytes, and between those that are large and those that aren't.
const maxSize = 400

// nameOf returns the name of a message of fresh.
func nameOf(message pop3d.Message) string {
	lines := strings.Fields(string(message.Body))
	return lines[len(lines)-1]
}

// isVague reports whether the header of a message identifies nothing.
func isVague(message pop3d.Message) bool {
	return !strings.HasPrefix(string(message.Body), "Received:")
}

func hasUID(uid string) func(pop3d.Message) bool {
	return func(m pop3d.Message) bool { return m.UID == uid }
}

// server tells what is on the server, as UIDs with names.
func (m *model) server() string {
	var words []string
	for _, message := range m.rig.drop.Messages() {
		words = append(words, message.UID+"="+nameOf(message))
	}
	return "on the server: " + strings.Join(words, " ")
}

// serve changes what is on the server.
func (m *model) serve(messages []pop3d.Message) {
	m.rig.drop.Remove(m.rig.drop.UIDs()...)
	m.rig.drop.Add(messages...)
	m.unseen = true
}

// arrive adds messages.
func (m *model) arrive() {
	for range 1 + pick(m, "more", 0, 1, 2) {
		message := m.fresh("")
		m.note("%s arrives", nameOf(message))
		m.rig.drop.Add(message)
	}
}

// arriveAgain adds a message under a UID that another one had. A provider that
// moves doesn't do that at the same time, or nobody could tell that it moves.
func (m *model) arriveAgain() {
	var free []string
	for _, uid := range m.uids {
		if !slices.ContainsFunc(slices.Concat(m.away, m.rig.drop.Messages()), hasUID(uid)) {
			free = append(free, uid)
		}
	}
	if len(free) == 0 || m.moved {
		m.SkipNow()
	}
	message := m.fresh(pick(m, "uid", free...))
	m.hidden[nameOf(message)] = m.listed[message.UID] || m.marks[message.UID]
	m.note("%s arrives as %s, which was another's; hidden: %v", nameOf(message), message.UID, m.listed[message.UID])
	m.rig.drop.Add(message)
	m.unseen = true
}

// someone picks a message that is on the server, on a good day.
func (m *model) someone() (message pop3d.Message, place int) {
	list := m.rig.drop.Messages()
	if len(list) == 0 || len(m.away) > 0 {
		m.SkipNow()
	}
	place = pick(m, "place", places(len(list))...)
	return list[place], place
}

func places(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// arriveTwice adds a message under the UID of one that is there.
func (m *model) arriveTwice() {
	there, _ := m.someone()
	m.settle()
	message := m.fresh(there.UID)
	m.hidden[nameOf(message)] = m.marks[there.UID]
	m.note("%s arrives as %s too", nameOf(message), message.UID)
	m.serve(append(m.rig.drop.Messages(), message))
}

// remove is what another client does.
func (m *model) remove() {
	message, place := m.someone()
	list := m.rig.drop.Messages()
	if len(slices.DeleteFunc(slices.Clone(list), hasUID(message.UID))) < len(list)-1 {
		m.settle() // or it may be taken for the one that shares its UID
	}
	m.note("%s is removed", nameOf(message))
	m.serve(slices.Delete(list, place, place+1))
}

// badDay hides messages, all of one UID together.
func (m *model) badDay() {
	if len(m.away) > 0 || m.rig.drop.Len() == 0 || m.nature == "UIDs are numbers" { // where all would be back in their places
		m.SkipNow()
	}
	m.settle()
	stay := m.halfOf(m.rig.drop.Messages())
	for _, message := range m.rig.drop.Messages() {
		if !slices.ContainsFunc(stay, hasUID(message.UID)) {
			m.away = append(m.away, message)
		}
	}
	m.serve(stay)
	m.note("%d messages are hidden, %s", len(m.away), m.server())
}

// halfOf is a part of the messages, in which UIDs are there with all their
// messages or none.
func (m *model) halfOf(messages []pop3d.Message) (part []pop3d.Message) {
	all := m.one(2, "all")
	out := map[string]bool{}
	for _, message := range messages {
		if _, known := out[message.UID]; !known {
			out[message.UID] = all || m.one(2, "hidden")
		}
		if !out[message.UID] {
			part = append(part, message)
		}
	}
	return part
}

// goodDay brings back what was hidden.
func (m *model) goodDay() {
	if len(m.away) == 0 {
		m.SkipNow()
	}
	m.settle()
	m.serve(append(m.rig.drop.Messages(), m.away...))
	m.away = nil
	m.note("all messages are back, %s", m.server())
}

// swap lists two messages the other way round.
func (m *model) swap() {
	list := m.rig.drop.Messages()
	if len(list) < 2 || len(m.away) > 0 || m.nature == "UIDs are numbers" { // which go with the order
		m.SkipNow()
	}
	i := pick(m, "first", places(len(list)-1)...)
	list[i], list[i+1] = list[i+1], list[i]
	m.serve(list)
	m.note("two change places, %s", m.server())
}

// move gives all messages other UIDs.
func (m *model) move() {
	if len(m.away) > 0 || m.rig.drop.Len() == 0 {
		m.SkipNow()
	}
	m.settle()
	m.moves++
	m.rig.drop.Renumber(func(i int, _ string) string { return fmt.Sprintf("v%d-%d", m.moves, i) })
	m.unseen, m.moved = true, true
	m.note("all UIDs change, %s", m.server())
}

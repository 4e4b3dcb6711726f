package fetch

import (
	"cmp"
	"slices"

	"popfetch/store/ledger"
)

// A doubt is about messages of the listing whose UIDs don't tell whether they
// are known: they had vanished, or a server lists one UID twice, or all UIDs
// are other than they were. So are those that a rule has deleted now and an
// earlier run kept, because a server may have given the UID to another message
// since, and those of another size than they had. And so are those with new
// UIDs, where the server has UIDs on one day and none worth the name on another.
// Headers tell, or else whole messages.
type doubt struct {
	listed []int           // the messages, as places in the listing
	copies map[string]int  // of the UIDs that several messages in the listing have
	shared map[string]bool // UIDs that several messages had that were there before
	moved  bool            // UIDs say nothing any more
	strays map[int]bool    // numbers of messages of which the UID says nothing

	byUID  map[string][]*candidate
	byName map[name][]*candidate

	taken map[ledger.Key]bool // keys that have found their message
	open  map[string]bool     // UIDs of which some can't be told yet
}

// A candidate is a message that was fetched, and that a doubtful one may be.
type candidate struct {
	key   ledger.Key
	entry ledger.Entry
	away  bool // perhaps not listed under its own UID
	found bool
}

// anyUID stands for all UIDs where they say nothing. No line of a list has it.
const anyUID = "\n"

// A name is by what a message is recognised.
type name struct {
	uid   string // or anyUID
	print ledger.Fingerprint
}

// A look is what the header of a doubtful message says.
type look struct {
	seen  bool               // the server showed it
	print ledger.Fingerprint // zero if nothing in it identifies the message
}

// findDoubt finds out which messages of the listing are doubtful, and what they
// may be. It is nil where none are. A message for which there is no candidate
// is a new one without doubt.
func findDoubt(p *Plan, m memory, from int) *doubt {
	list := p.listing
	d := &doubt{
		copies: list.copies, shared: m.shared, moved: m.movable && list.allMoved(),
		byUID: map[string][]*candidate{}, byName: map[name][]*candidate{},
		taken: map[ledger.Key]bool{}, open: map[string]bool{},
	}
	if !d.moved {
		d.strays = list.strays(from)
	}
	several := len(d.copies)+len(d.shared) > 0
	for place := from; place < list.Len(); place++ {
		entry := list.entry(place)
		number := int(list.messages[place].number)
		doubtful := d.moved || d.strays[number] || entry.Fetched() && entry.Gone() ||
			p.rules.Delete.due(entry, p.now) || list.isReplaced(number, entry)
		if !doubtful && several {
			uid := list.target(place).UID
			doubtful = d.copies[uid] > 1 || d.shared[uid]
		}
		if doubtful {
			d.listed = append(d.listed, place)
			for _, uid := range d.allUIDs(list.target(place)) {
				d.byUID[uid] = nil
			}
		}
	}
	if len(d.listed) == 0 {
		return nil
	}
	d.findCandidates(list)
	d.listed = slices.DeleteFunc(d.listed, func(i int) bool { return len(d.candidates(list.target(i))) == 0 })
	if len(d.listed) == 0 {
		return nil
	}
	return d
}

// isAbout reports whether the message at a place of the listing is doubtful.
func (d *doubt) isAbout(place int) bool {
	if d == nil {
		return false
	}
	_, found := slices.BinarySearch(d.listed, place)
	return found
}

// uids are by what the candidates for a message are found: its own UID, if that
// says anything; or anywhere else, if UIDs don't always.
func (d *doubt) uids(t Target, anywhere bool) []string {
	switch {
	case anywhere && (d.moved || d.strays != nil):
		return []string{anyUID}
	case anywhere, d.moved, d.strays[t.Number]:
		return nil
	default:
		return []string{t.UID}
	}
}

func (d *doubt) allUIDs(t Target) []string { return append(d.uids(t, false), d.uids(t, true)...) }

// candidates are those for a message.
func (d *doubt) candidates(t Target) (all []*candidate) {
	for _, uid := range d.allUIDs(t) {
		all = append(all, d.byUID[uid]...)
	}
	return all
}

// findCandidates finds what the doubtful messages may be: what was fetched
// under the same UID; or, where that says nothing, what isn't listed and can be
// recognised.
func (d *doubt) findCandidates(list *Listing) {
	var all []*candidate
	listed := list.rows()
	astray := d.moved || d.strays != nil
	for row := range list.known.Rows() {
		key, entry := list.known.Row(row)
		_, wanted := d.byUID[key.UID()]
		c := &candidate{key: key, entry: entry, away: astray && isAway(entry) && (wanted || !listed.has(row))}
		if c.away || wanted && entry.Fetched() {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b *candidate) int { return cmp.Compare(a.key, b.key) })
	for _, c := range all {
		if c.away {
			d.mayBe(anyUID, c)
		}
		if _, wanted := d.byUID[c.key.UID()]; wanted {
			d.mayBe(c.key.UID(), c)
		}
	}
}

// mayBe makes a message a candidate for those of the UID.
func (d *doubt) mayBe(uid string, c *candidate) {
	d.byUID[uid] = append(d.byUID[uid], c)
	n := name{uid, c.entry.Fingerprint}
	d.byName[n] = append(d.byName[n], c)
}

// found is how many candidates were found so far.
func (d *doubt) found() (n int) {
	for _, candidates := range d.byUID {
		for _, c := range candidates {
			if c.found {
				n++
			}
		}
	}
	return n
}

// isLeftBehind reports whether a message may be one that the server has given
// another UID, if it isn't listed. Its header tells, or all of it.
func isLeftBehind(entry ledger.Entry) bool {
	return isAway(entry) && !entry.Gone()
}

// isAway reports whether a message that isn't listed may come again, and can be
// recognised.
func isAway(entry ledger.Entry) bool {
	return entry.Fetched() && entry.Fingerprint != (ledger.Fingerprint{})
}

// hasFound reports whether the message of the key turned out to be listed.
func (d *doubt) hasFound(key ledger.Key) bool { return d != nil && d.taken[key] }

// isOpen reports whether nobody can tell yet if the message is in the listing.
func (d *doubt) isOpen(key ledger.Key) bool {
	return d != nil && len(d.open) > 0 && (d.moved && d.open[anyUID] || d.open[key.UID()])
}

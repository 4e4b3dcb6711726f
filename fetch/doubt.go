package fetch

import (
	"cmp"
	"iter"
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
	listed  []int           // the messages, as places in the listing
	copies  map[string]int  // of the UIDs that several messages in the listing have
	shared  map[string]bool // UIDs that several messages had that were there before
	moved   bool            // UIDs say nothing any more
	trusted bool            // enough of them are known by their headers to believe that
	moving  bool            // nor did they for an earlier run, which didn't come to the end of it
	strays  map[int]bool    // numbers of messages of which the UID says nothing

	groups map[string]*group // by UID
	byName map[name][]*candidate

	taken  map[ledger.Key]bool // keys that have found their message
	failed map[string]bool     // UIDs, and whether one of their messages could not be had
	next   map[string]int      // by UID, as how many its copies up to which none is free count
	open   map[string]bool     // UIDs of which some can't be told yet
	found  int                 // candidates
}

// A candidate is a message that was fetched, and that a doubtful one may be.
type candidate struct {
	key   ledger.Key
	entry ledger.Entry
	away  bool // perhaps not listed under its own UID
	found bool
}

// A group is the candidates for messages of a UID.
type group struct {
	left     int          // candidates that weren't found yet
	headless int          // those of them that no header tells
	blank    []*candidate // those of which there is no fingerprint
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
		groups: map[string]*group{}, byName: map[name][]*candidate{},
		taken: map[ledger.Key]bool{}, next: map[string]int{}, failed: map[string]bool{}, open: map[string]bool{},
	}
	if d.moving = d.moved; !d.moved {
		d.strays = list.strays(from)
		d.moving = d.strays != nil && list.halfMoved()
	}
	several := len(d.copies)+len(d.shared) > 0
	for place := from; place < list.Len(); place++ {
		entry := list.entry(place)
		number := int(list.messages[place].number)
		doubtful := d.moved || d.strays[number] || entry.Fetched() && entry.Gone() ||
			p.rules.Delete.due(entry, p.now) || list.isReplaced(number, entry)
		if !doubtful && (several || d.strays != nil) {
			uid := list.target(place).UID
			doubtful = d.copies[uid] > 1 || d.shared[uid] || d.strays != nil && uid == ""
		}
		if doubtful {
			d.listed = append(d.listed, place)
			for _, uid := range d.uids(list.target(place)) {
				d.groups[uid] = &group{}
			}
		}
	}
	if len(d.listed) == 0 {
		return nil
	}
	d.findCandidates(list)
	d.listed = slices.DeleteFunc(d.listed, func(place int) bool { return !d.hasCandidates(list.target(place)) })
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
// says anything, and then any other, if UIDs don't always.
func (d *doubt) uids(t Target) []string {
	switch {
	case d.moved, d.strays[t.Number]:
		return []string{anyUID}
	case d.strays != nil:
		return []string{t.UID, anyUID}
	default:
		return []string{t.UID}
	}
}

// hasCandidates reports whether the message may be one that is known, and wasn't
// found yet.
func (d *doubt) hasCandidates(t Target) bool {
	return slices.ContainsFunc(d.uids(t), func(uid string) bool { return d.groups[uid].left > 0 })
}

// findCandidates finds what the doubtful messages may be: what was fetched
// under the same UID; or, where that says nothing, what isn't listed and can be
// recognised.
func (d *doubt) findCandidates(list *Listing) {
	var all []*candidate
	listed := list.rows()
	for row := range list.known.Rows() {
		key, entry := list.known.Row(row)
		if !entry.Fetched() {
			continue
		}
		wanted := d.groups[key.UID()] != nil
		c := &candidate{key: key, entry: entry, away: recallable(entry) && d.groups[anyUID] != nil && (wanted || !listed.has(row))}
		if wanted || c.away {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b *candidate) int { return cmp.Compare(a.key, b.key) })
	for _, gone := range []bool{false, true} { // what is gone may be known by another UID, too
		for _, c := range all {
			if c.entry.Gone() == gone {
				d.add(c)
			}
		}
	}
}

// add makes a message a candidate.
func (d *doubt) add(c *candidate) {
	for uid, g := range d.groupsOf(c) {
		g.count(c, 1)
		if n := (name{uid, c.entry.Fingerprint}); recallable(c.entry) {
			d.byName[n] = append(d.byName[n], c)
		} else {
			g.blank = append(g.blank, c)
		}
	}
}

// wantsSizes reports whether headers alone may not tell.
func (d *doubt) wantsSizes(list *Listing) bool {
	return d.moved || d.strays != nil || slices.ContainsFunc(d.listed, func(place int) bool { return list.entry(place).Gone() })
}

// groupsOf yields the groups that the candidate is in.
func (d *doubt) groupsOf(c *candidate) iter.Seq2[string, *group] {
	return func(yield func(string, *group) bool) {
		own := c.key.UID()
		if g := d.groups[own]; g != nil && !yield(own, g) {
			return
		}
		if c.away {
			yield(anyUID, d.groups[anyUID])
		}
	}
}

func (g *group) count(c *candidate, n int) {
	g.left += n
	if !recognisable(c.entry) {
		g.headless += n
	}
}

// find takes note that the candidate is in the listing.
func (d *doubt) find(c *candidate) {
	c.found = true
	d.found++
	for _, g := range d.groupsOf(c) {
		g.count(c, -1)
	}
}

// trust decides whether all UIDs changed, or only looks as if, since the maildrop
// was emptied and a few messages came.
func (d *doubt) trust(looks []look) {
	known := 0
	for _, l := range looks {
		if len(d.byName[name{anyUID, l.print}]) > 0 {
			known++
		}
	}
	d.trusted = d.moved && known > 2 && 2*known >= len(looks)
}

// unfound returns the messages of that name, from the first that wasn't found on.
func (d *doubt) unfound(n name) []*candidate {
	for len(d.byName[n]) > 0 && d.byName[n][0].found {
		d.byName[n] = d.byName[n][1:]
	}
	return d.byName[n]
}

// hasFound reports whether the message of the key turned out to be listed.
func (d *doubt) hasFound(key ledger.Key) bool { return d != nil && d.taken[key] }

// isOpen reports whether nobody can tell yet if the message is in the listing.
// Of strays that is so only while a move isn't finished: what is gone may come
// again, but its UID is free.
func (d *doubt) isOpen(key ledger.Key) bool {
	return d != nil && len(d.open) > 0 && (d.moving && d.open[anyUID] || d.open[key.UID()])
}

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
// since, and those of another size than they had. Headers tell, or else whole
// messages.
type doubt struct {
	listed []int           // the messages, as places in the listing
	copies map[string]int  // of the UIDs that several messages in the listing have
	shared map[string]bool // UIDs that several messages had that were there before
	moved  bool            // UIDs say nothing any more

	byUID  map[string][]*candidate
	byName map[name][]*candidate

	taken map[ledger.Key]bool // keys that have found their message
	open  map[string]bool     // UIDs of which some can't be told yet
}

// A candidate is a message that was fetched, and that a doubtful one may be.
type candidate struct {
	key   ledger.Key
	entry ledger.Entry
	found bool
}

// A name is by what a message is recognised.
type name struct {
	uid   string // empty if UIDs say nothing
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
	several := len(d.copies)+len(d.shared) > 0
	for place := from; place < list.Len(); place++ {
		entry := list.entry(place)
		doubtful := d.moved || entry.Fetched() && entry.Gone() || p.rules.Delete.due(entry, p.now) || list.isReplaced(int(list.messages[place].number), entry)
		if !doubtful && several {
			uid := list.target(place).UID
			doubtful = d.copies[uid] > 1 || d.shared[uid]
		}
		if doubtful {
			d.listed = append(d.listed, place)
			d.byUID[d.uid(list.target(place))] = nil
		}
	}
	if len(d.listed) == 0 {
		return nil
	}
	d.findCandidates(list)
	d.listed = slices.DeleteFunc(d.listed, func(i int) bool { return len(d.byUID[d.uid(list.target(i))]) == 0 })
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

// uid is by what the candidates for a message are found.
func (d *doubt) uid(t Target) string {
	if d.moved {
		return ""
	}
	return t.UID
}

// findCandidates finds what the doubtful messages may be: what was fetched
// under the same UID; or, if all UIDs changed, what was there at the last
// listing and can be recognised.
func (d *doubt) findCandidates(list *Listing) {
	var all []*candidate
	listed := list.rows()
	for row := range list.known.Rows() {
		key, entry := list.known.Row(row)
		if _, wanted := d.byUID[key.UID()]; entry.Fetched() && wanted && !d.moved ||
			d.moved && isLeftBehind(entry) && !listed.has(row) {
			all = append(all, &candidate{key: key, entry: entry})
		}
	}
	slices.SortFunc(all, func(a, b *candidate) int { return cmp.Compare(a.key, b.key) })
	for _, c := range all {
		uid := ""
		if !d.moved {
			uid = c.key.UID()
		}
		d.byUID[uid] = append(d.byUID[uid], c)
		n := name{uid, c.entry.Fingerprint}
		d.byName[n] = append(d.byName[n], c)
	}
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
	return entry.Fetched() && entry.Fingerprint != (ledger.Fingerprint{}) && !entry.Gone()
}

// isOpen reports whether nobody can tell yet if the message is in the listing.
func (d *doubt) isOpen(key ledger.Key) bool {
	return d != nil && len(d.open) > 0 && (d.moved || d.open[key.UID()])
}

package fetch

import (
	"cmp"
	"slices"

	"popfetch/store/ledger"
)

// doubtful returns the messages whose headers recognise wants to know.
func (p *Plan) doubtful() []Target {
	if p.doubt == nil {
		return nil
	}
	targets := make([]Target, len(p.doubt.listed))
	for i, place := range p.doubt.listed {
		targets[i] = p.listing.target(place)
	}
	return targets
}

// recognise decides about the doubtful messages by their headers, in the order
// of doubtful. A message with the header of one that is known is that one, where
// that suffices. If all that is known of it is that a person marked it, nobody
// can tell, and it is taken for the one that was marked. Where the server shows
// no header, or there is not enough in it to go by, the message has to be
// retrieved. Any other is a new one.
func (p *Plan) recognise(looks []look) {
	d := p.doubt
	d.trust(looks)
	known := make([]bool, len(d.listed))
	as := func(i int, t Target, c *candidate) {
		p.same(&t, c, p.proves(t, c))
		p.listing.giveKey(d.listed[i], t.Key)
		known[i] = true
	}
	for _, pass := range passes {
		for i, place := range d.listed {
			t := p.listing.target(place)
			if known[i] || !slices.Contains(d.uids(t), cmp.Or(pass.uid, t.UID)) {
				continue
			}
			if c := p.named(t, cmp.Or(pass.uid, t.UID), looks[i].print, pass.asLarge); c != nil {
				if pass.uid == anyUID {
					p.giveKey(&t)
				}
				as(i, t, c)
			}
		}
	}
	for i, place := range d.listed {
		if t := p.listing.target(place); !known[i] {
			if c := d.marked(t); c != nil {
				as(i, t, c)
			}
		}
	}
	for i, place := range d.listed {
		t := p.listing.target(place)
		switch {
		case known[i]:
			continue
		case d.mayBeKnown(t, looks[i]):
			p.checkWhole(&t)
		default:
			p.other(&t)
		}
		p.listing.giveKey(place, t.Key)
	}
	p.missing()
}

// passes are how messages find the known ones that they are: what is surest
// comes first.
var passes = []struct {
	uid     string // empty for the message's own
	asLarge bool
}{{"", true}, {anyUID, true}, {"", false}, {anyUID, false}}

// adopted is how many messages are known under other UIDs than before, as the
// server has given all of them new ones.
func (p *Plan) adopted() int {
	if p.doubt == nil || !p.doubt.moved {
		return 0
	}
	return p.doubt.found
}

// suffices reports whether the header is enough to tell that a message is the
// candidate. The copy that a list sends of a direct mail has the same one, and is
// not to be taken for that: where the server tells another size, or the UID is
// another one, the header has to be that of a message which is missed.
func (p *Plan) suffices(t Target, c *candidate) bool {
	told, own := p.listing.told(t.Number), c.key.UID() == t.UID
	switch {
	case told > 0 && told == c.entry.Told:
		return true
	case own && (told == 0 || c.entry.Told == 0):
		return true
	default:
		return !c.entry.Gone() && (p.doubt.trusted || own && t.UID != "")
	}
}

// proves reports whether it is so sure which message it is that a rule may delete
// it.
func (p *Plan) proves(t Target, c *candidate) bool {
	switch {
	case c.key.UID() != t.UID:
		return false
	case isNamed(t.UID):
		return p.isSurelyNamed(t)
	case t.UID == "" || c.entry.Gone():
		return p.isAsLarge(t, c.entry)
	default:
		return true
	}
}

// isAsLarge reports whether the server tells the size of a message as it told
// that of a known one.
func (p *Plan) isAsLarge(t Target, known ledger.Entry) bool {
	told := p.listing.told(t.Number)
	return told > 0 && told == known.Told
}

// same takes note that the target is a message that was fetched. Where that is
// proved, it may be deleted. It reads no ledger, which is the committer's during
// a transfer.
func (p *Plan) same(t *Target, c *candidate, proved bool) {
	p.doubt.find(c)
	moved := c.key.UID() != t.UID
	if moved {
		p.record(c.under(t.Key, p.listing.told(t.Number)))
	} else {
		t.Key = c.key
	}
	if c.entry.Gone() {
		p.record(ledger.Record{Kind: ledger.Back, Key: t.Key})
	}
	p.doubt.taken[t.Key] = true
	if !proved || moved {
		return
	}
	p.resize(*t, c.entry)
	if p.rules.Delete.due(c.entry, p.now) {
		p.Delete = append(p.Delete, *t)
	}
}

// isSurelyNamed reports whether a message that has no UID, but a name, can be no
// other than the one that was fetched. One with the very same header, that is
// of another size or could not be had before, stays on the server.
func (p *Plan) isSurelyNamed(t Target) bool {
	entry, _ := p.known.Lookup(t.Key)
	return !p.listing.isReplaced(t.Number, entry) && !p.hasFailed(t.UID)
}

// hasFailed reports whether a message of that UID could not be had so far.
func (p *Plan) hasFailed(uid string) bool {
	d := p.doubt
	failed, asked := d.failed[uid]
	for n := 1; !asked; n++ {
		entry, known := p.known.Lookup(ledger.MakeKey(uid, n))
		failed, asked = entry.Failed(), entry.Failed() || !known
	}
	d.failed[uid] = failed
	return failed
}

// resize takes note of the size that the server tells of a message which it
// turned out to be, so that the next run doesn't wonder again.
func (p *Plan) resize(t Target, entry ledger.Entry) {
	if !p.listing.isReplaced(t.Number, entry) {
		return
	}
	record := ledger.Record{
		Kind: ledger.Marked, Time: entry.Since(), Key: t.Key,
		Size: entry.Size, Told: p.listing.told(t.Number), Fingerprint: entry.Fingerprint,
	}
	if entry.Kept() {
		record.Kind = ledger.Kept
	}
	p.record(record)
}

// under says of another key what is known of the message. As its header is all
// that tells, the message counts as fetched and is never deleted by a rule.
func (c *candidate) under(key ledger.Key, told int64) ledger.Record {
	return ledger.Record{
		Kind: ledger.Marked, Time: c.entry.Since(), Key: key,
		Size: c.entry.Size, Told: told, Fingerprint: c.entry.Fingerprint,
	}
}

// other plans to get a message that isn't known. If its key is that of a
// message which was there at the last listing, that one is gone, and the ledger
// has to know it before anything else happens: what it says of the key would
// let the new message be deleted unseen.
func (p *Plan) other(t *Target) {
	p.giveKey(t)
	if entry, _ := p.known.Lookup(t.Key); entry.Fetched() && !entry.Gone() {
		p.record(ledger.Record{Kind: ledger.Gone, Key: t.Key})
	}
	p.retrieve(*t)
}

// checkWhole plans to retrieve a message and to keep it only if it turns out
// to be none that is known.
func (p *Plan) checkWhole(t *Target) {
	for _, uid := range p.doubt.uids(*t) {
		p.doubt.open[uid] = true
	}
	p.giveKey(t)
	p.check = append(p.check, *t)
}

// giveKey gives a message that may be new a key for that case: one that no
// message has which is still there, for what the ledger says of that must not
// be taken to be about this one. That of the message which had the UID before
// will do where the UID is its own; then the UID won't be doubtful again.
func (p *Plan) giveKey(t *Target) {
	d := p.doubt
	alone := t.UID != "" && d.copies[t.UID] == 0 && !d.shared[t.UID]
	free := func() bool {
		entry, _ := p.known.Lookup(t.Key)
		return !d.taken[t.Key] && (alone || !entry.Fetched())
	}
	for !free() {
		d.next[t.UID]++
		t.Key = ledger.MakeKey(t.UID, d.next[t.UID])
	}
	d.taken[t.Key] = true
}

// settled tells that every message turned out to be known or not: the others
// are missing.
func (p *Plan) settled() {
	clear(p.doubt.open)
	p.missing()
}

// named finds the message with this fingerprint that wasn't found yet, and is as
// large if that is demanded.
func (p *Plan) named(t Target, uid string, print ledger.Fingerprint, asLarge bool) *candidate {
	if asLarge && p.listing.told(t.Number) == 0 {
		return nil
	}
	for _, c := range p.doubt.unfound(name{uid, print}) {
		if !c.found && (p.isAsLarge(t, c.entry) || !asLarge && p.suffices(t, c)) {
			return c
		}
	}
	return nil
}

// marked finds the message that was marked under the target's key, or another
// of the same UID.
func (d *doubt) marked(t Target) *candidate {
	if d.groups[t.UID] == nil {
		return nil
	}
	var other *candidate
	for _, c := range d.groups[t.UID].blank {
		if c.found || !c.entry.Marked() {
			continue
		}
		if c.key == t.Key {
			return c
		}
		if other == nil {
			other = c
		}
	}
	return other
}

// mayBeKnown reports whether the message may be one that is known, as far as
// its header tells.
func (d *doubt) mayBeKnown(t Target, l look) bool {
	unidentified := l.print == (ledger.Fingerprint{})
	return slices.ContainsFunc(d.uids(t), func(uid string) bool {
		g := d.groups[uid]
		return g.left > 0 && !l.seen || g.headless > 0 && unidentified || d.isWanted(name{uid, l.print})
	})
}

// isWanted reports whether a message of that name wasn't found yet.
func (d *doubt) isWanted(n name) bool {
	return len(d.unfound(n)) > 0
}

// whole finds the message that is known, has this fingerprint, and this size
// where the fingerprint doesn't suffice. If an older popfetch fetched it there is
// none, and the size has to do.
func (p *Plan) whole(t Target, print ledger.Fingerprint, size int64) *candidate {
	d := p.doubt
	for _, uid := range d.uids(t) {
		for _, c := range d.byName[name{uid, print}] {
			if !c.found && (isOfWhole(print) || p.suffices(t, c) || c.entry.Size == size) {
				return c
			}
		}
		for _, c := range d.groups[uid].blank {
			if !c.found && isOfWhole(print) && c.entry.Size == size {
				return c
			}
		}
	}
	return nil
}

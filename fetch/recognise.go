package fetch

import "popfetch/store/ledger"

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
// of doubtful. A message with the header of one that is known is that one. If
// all that is known of it is that a person marked it, nobody can tell, and it
// is taken for the one that was marked. Where the server shows no header, or
// there is nothing in it to go by, the message has to be retrieved. Any other
// is a new one.
func (p *Plan) recognise(looks []look) {
	d := p.doubt
	known := make([]bool, len(d.listed))
	as := func(i int, t Target, c *candidate) {
		p.same(&t, c)
		p.listing.giveKey(d.listed[i], t.Key)
		known[i] = true
	}
	for _, anywhere := range []bool{false, true} { // what had its UID comes first
		for i, place := range d.listed {
			t := p.listing.target(place)
			if c := d.named(d.uids(t, anywhere), looks[i].print); c != nil && !known[i] {
				if anywhere {
					p.giveKey(&t)
				}
				as(i, t, c)
			}
		}
	}
	for i, place := range d.listed {
		t := p.listing.target(place)
		if c := d.marked(t); c != nil && !known[i] {
			as(i, t, c)
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

// adopted is how many messages are known under other UIDs than before, as the
// server has given all of them new ones.
func (p *Plan) adopted() int {
	if p.doubt == nil || !p.doubt.moved {
		return 0
	}
	return p.doubt.found()
}

// same takes note that the target is a message that was fetched.
func (p *Plan) same(t *Target, c *candidate) {
	c.found = true
	moved := c.key.UID() != t.UID
	if moved {
		p.record(c.under(t.Key))
	} else {
		t.Key = c.key
	}
	if c.entry.Gone() {
		p.record(ledger.Record{Kind: ledger.Back, Key: t.Key})
	}
	sure := !isNamed(t.UID) || p.isSurelyNamed(*t)
	if sure {
		p.resize(*t)
	}
	p.doubt.taken[t.Key] = true
	if sure && !moved && p.rules.Delete.due(c.entry, p.now) {
		p.Delete = append(p.Delete, *t)
	}
}

// isSurelyNamed reports whether a message that has no UID, but a name, can be no
// other than the one that was fetched. One with the very same header, that is
// of another size or could not be had before, stays on the server.
func (p *Plan) isSurelyNamed(t Target) bool {
	entry, _ := p.known.Lookup(t.Key)
	if p.listing.isReplaced(t.Number, entry) {
		return false
	}
	for n := 1; ; n++ {
		other, known := p.known.Lookup(ledger.MakeKey(t.UID, n))
		if !known {
			return true
		}
		if other.Failed() {
			return false
		}
	}
}

// resize takes note of the size that the server tells of a message which it
// turned out to be, so that the next run doesn't wonder again.
func (p *Plan) resize(t Target) {
	entry, _ := p.known.Lookup(t.Key)
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
func (c *candidate) under(key ledger.Key) ledger.Record {
	return ledger.Record{
		Kind: ledger.Marked, Time: c.entry.Since(), Key: key, Size: c.entry.Size, Fingerprint: c.entry.Fingerprint,
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
	for _, uid := range p.doubt.allUIDs(*t) {
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
	alone := d.copies[t.UID] == 0 && !d.shared[t.UID]
	free := func() bool {
		entry, _ := p.known.Lookup(t.Key)
		return !d.taken[t.Key] && (alone || !entry.Fetched())
	}
	for n := 1; !free(); n++ {
		t.Key = ledger.MakeKey(t.UID, n)
	}
	d.taken[t.Key] = true
}

// settled tells that every message turned out to be known or not: the others
// are missing.
func (p *Plan) settled() {
	clear(p.doubt.open)
	p.missing()
}

// named finds the message with this fingerprint that wasn't found yet.
func (d *doubt) named(uids []string, print ledger.Fingerprint) *candidate {
	if print == (ledger.Fingerprint{}) {
		return nil
	}
	for _, uid := range uids {
		for _, c := range d.byName[name{uid, print}] {
			if !c.found {
				return c
			}
		}
	}
	return nil
}

// marked finds the message that was marked under the target's key, or another
// of the same UID.
func (d *doubt) marked(t Target) *candidate {
	var other *candidate
	for _, c := range d.candidates(t) {
		if c.found || !c.entry.Marked() || c.entry.Fingerprint != (ledger.Fingerprint{}) {
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
	for _, c := range d.candidates(t) {
		if !c.found && (!l.seen || unidentified && !recognisable(c.entry)) {
			return true
		}
	}
	return false
}

// whole finds the message that is known and has this fingerprint, or else has
// none, as an older popfetch fetched it, and has this size.
func (d *doubt) whole(t Target, print ledger.Fingerprint, size int64) *candidate {
	if c := d.named(d.allUIDs(t), print); c != nil || !isOfWhole(print) {
		return c
	}
	for _, c := range d.candidates(t) {
		if !c.found && c.entry.Fingerprint == (ledger.Fingerprint{}) && c.entry.Size == size {
			return c
		}
	}
	return nil
}

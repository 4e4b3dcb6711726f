package match

import (
	"slices"
	"time"

	"popfetch/store/ledger"
)

// A Verdict is what is known of a listed message.
type Verdict struct {
	Entry    ledger.Entry // of the known message that it is; zero for a new one
	IsKnown  bool
	IsProved bool // its bytes lie in the mailbox
	Ask      bool // only its content tells whether it is known or, if it is, proved
	Probe    bool // its content tells whether UIDs can be believed
	Likely   bool // where Ask is set: it is new, if TOP can be believed
}

// VerdictAt tells of the message at a place of the listing. It must not be asked
// during a transfer.
func (m *Matcher) VerdictAt(place int) Verdict {
	q := m.at[place]
	if q == nil {
		entry := m.list.EntryAt(place)
		return Verdict{Entry: entry, IsKnown: entry.IsFetched()}
	}
	v := Verdict{IsKnown: q.known != nil, Ask: q.finding.known == askContent, Likely: m.isLikelyNew(q)}
	if v.IsKnown {
		v.Entry = q.known.entry
		v.IsProved = q.finding.deletable == yes && v.Entry.IsKept()
		v.Ask = q.finding.deletable == askContent && v.Entry.IsKept()
		v.Probe = q.probe && !m.all && q.finding.deletable == askContent
	}
	return v
}

// VerdictOf is VerdictAt for a target.
func (m *Matcher) VerdictOf(t Target) Verdict { return m.VerdictAt(t.place) }

// SettleKeys gives each message the key under which the ledger will know it. The
// records that follow from it are in DrainRecords.
func (m *Matcher) SettleKeys() {
	isMoving := !m.known.Summary().Moving.IsZero()
	m.moving = isMoving || m.moved || m.loose && !m.list.IsPseudo() && m.isPending()
	if m.moving && !isMoving {
		m.addRecord(ledger.Record{Kind: ledger.Moving, Count: 1})
	}
	if m.list.IsPseudo() {
		m.compareRead()
	}
	for _, q := range m.questions {
		if q.known != nil {
			m.giveKey(q)
		}
	}
	for _, q := range m.questions {
		if q.known == nil {
			m.giveKey(q)
		}
	}
	for _, q := range m.questions {
		q.settled = true
		if q.known != nil {
			m.recordKnown(q)
			q.told = q.known
			if q.finding.deletable == askContent {
				m.giveSpare(q)
			}
		} else {
			m.recordNew(q)
		}
	}
	m.recordGone()
	m.endMove()
}

// compareRead compares those messages of a maildrop without UIDs whose content had
// to be read for want of TOP.
func (m *Matcher) compareRead() {
	m.BeginComparing()
	for _, q := range m.questions {
		if q.read {
			q.finding = finding{no, no}
			m.CompareContent(q.Target, q.prints)
		}
	}
	for _, q := range m.recognised {
		m.weighRecognised(q)
	}
	m.recognised = nil
}

// weighRecognised weighs what CompareContent recognised.
func (m *Matcher) weighRecognised(q *question) {
	if c := q.known; c.key == "" {
		c.key, c.entry = m.known.Row(int(c.row))
	}
	m.noteMisnamed(q, q.known)
	if q.content != contentOther && q.known.entry.IsCutShort() && IsShort(q.Size, q.came, m.Estimates) {
		q.content = contentCut
	}
	q.finding = finding{yes, weighEvidence(m.evidenceFor(q, q.known)).deletable}
}

// giveKey gives the message of a question the key of the known message that it is,
// if that has its UID, or else another.
func (m *Matcher) giveKey(q *question) {
	switch {
	case q.known != nil && !m.isMoved(q):
		q.Key = q.known.key
	case !q.hasFreeKey:
		q.Key = m.freeKey(q)
		q.hasFreeKey = true
	}
	m.taken[q.Key] = true
	m.list.setKey(q.place, q.Key)
}

// isMoved reports whether the message is known under another UID.
func (m *Matcher) isMoved(q *question) bool {
	return q.known.key.UID() != q.UID || isPseudo(q.known.key) != m.list.IsPseudo()
}

// recordKnown writes down under which key the message is known from now on, and
// what has changed. What was read and proves too little is deleted by no rule: it
// would have to be read again in each run.
func (m *Matcher) recordKnown(q *question) {
	key, entry := q.known.key, q.known.entry
	r := restateEntry(entry, q.Key)
	isProved := q.content != contentUnread && q.finding.deletable == yes
	if q.content != contentUnread && !isProved {
		r.Kind = ledger.Marked
	}
	if q.content == contentCut && entry.IsKept() {
		m.cut = append(m.cut, Short{q.Target, q.came})
	}
	if sizeOf(q.Size, entry) == sizeDiffers || entry.IsCutShort() && isProved && q.Size > 0 {
		r.WireSize = q.Size
	}
	wasGone := entry.IsGone() || m.gone[q.known.row]
	isMoved := q.Key != key
	isResized := entry.IsKept() && r.WireSize != entry.WireSize // and so it is proved by less
	isGap := isMoved || !entry.IsContinuous() || wasGone || isResized
	isNews := isMoved || r.WireSize != entry.WireSize || isProved && isGap || entry.IsKept() && r.Kind == ledger.Marked
	if isMoved {
		m.clearKey(q)
	}
	if isNews {
		m.addRecord(r)
	}
	if isGap && !isProved && (isNews || wasGone) {
		m.addRecord(ledger.Record{Kind: ledger.Back, Key: q.Key})
	}
	if isMoved {
		m.rekeyKnown(q)
	}
}

// restateEntry says of a key what is known of a message.
func restateEntry(entry ledger.Entry, key ledger.Key) ledger.Record {
	r := ledger.Record{
		Kind: ledger.Marked, Time: entry.Since(), Key: key,
		StoredSize: entry.StoredSize, WireSize: entry.WireSize, Digests: entry.Digests,
	}
	if entry.IsKept() {
		r.Kind = ledger.Kept
	}
	return r
}

// rekeyKnown has the known message go by the key of the question, and forgets the one
// before, unless a listed message has that now.
func (m *Matcher) rekeyKnown(q *question) {
	if !m.taken[q.known.key] {
		m.addRecord(ledger.Record{Kind: ledger.Forgot, Key: q.known.key})
		if place := m.placeOf(q.known.row); place >= 0 && m.at[place] == nil { // under that UID is another message
			m.addRecord(ledger.Record{Kind: ledger.Moving, Count: 1})
			m.moving, m.unfinished = true, true
		}
	}
	if m.moved {
		m.movedCount++
	}
	c := *q.known
	c.key, c.row, c.entry = q.Key, int32(m.known.RowOf(q.Key)), c.entry.WithGap()
	q.known = &c
	m.found[c.row] = &c
	q.own.addMember(&c)
}

// recordNew keeps the ledger from taking what it says of the key to be about this
// message.
func (m *Matcher) recordNew(q *question) {
	c := q.own.byKey[q.Key]
	if c == nil {
		return
	}
	if c.claimed == nil && q.finding.known != no {
		m.giveSpare(q)
		return
	}
	m.clearKey(q)
	m.addRecord(ledger.Record{Kind: ledger.Forgot, Key: q.Key})
}

// clearKey has what is known under the key of a question, and is another message,
// go by another key until it is forgotten.
func (m *Matcher) clearKey(q *question) {
	c := q.own.byKey[q.Key]
	if c == nil || c.claimed != nil {
		return
	}
	spared := *c
	m.giveSpare(q)
	spared.key, spared.row, spared.entry = q.spare, int32(m.known.RowOf(q.spare)), c.entry.WithGap()
	m.records = append(m.records, m.restateUnderSpare(q)...)
	c.claimed = q // it is the other one now
	m.found[spared.row] = &spared
	q.own.addMember(&spared)
}

// SupersedeKey returns what the ledger is to be told before a new message is staged
// under the key of another one.
func (m *Matcher) SupersedeKey(t Target) []ledger.Record {
	m.hasFresh = true
	if q := m.at[t.place]; q != nil && q.spare != "" && q.own.byKey[q.Key] != nil {
		return m.restateUnderSpare(q)
	}
	return nil
}

func (m *Matcher) restateUnderSpare(q *question) []ledger.Record {
	entry := q.own.byKey[q.Key].entry
	gone := ledger.Record{Kind: ledger.Gone, Time: time.Now(), Key: q.spare}
	if entry.IsDeleted() {
		gone.Kind = ledger.Deleted
	}
	records := []ledger.Record{restateEntry(entry, q.spare), gone}
	q.spare = ""
	return records
}

// freeKey returns a key for a message that hasn't got one: one that no message has
// which is still there. That of the message which had the UID before will do where
// the UID is this one's alone.
func (m *Matcher) freeKey(q *question) ledger.Key {
	if q.UID != "" && !m.list.IsPseudo() && !m.IsShared(q.UID) {
		return m.list.makeKey(q.UID, 1)
	}
	return m.spareKey(q)
}

// giveSpare finds a spare key for what is known under the key of a question. SupersedeKey
// says that it is gone; what failed under it before is nothing to say it of.
func (m *Matcher) giveSpare(q *question) {
	q.spare = m.spareKey(q)
	m.gone[int32(m.known.RowOf(q.spare))] = true
}

// spareKey returns a key of the UID of which nothing is known.
func (m *Matcher) spareKey(q *question) ledger.Key {
	for {
		m.next[q.UID]++
		key := m.list.makeKey(q.UID, m.next[q.UID])
		if entry, _ := m.known.Lookup(key); !m.taken[key] && !entry.IsFetched() {
			m.taken[key] = true
			return key
		}
	}
}

// recordGone writes down what the listing doesn't have any more. Of a UID of which
// the content has yet to tell who has it that isn't clear.
func (m *Matcher) recordGone() {
	rows, gone, open := m.list.seen, slices.Clone(m.missing), m.openUIDs()
	if len(m.questions) > 0 {
		rows = m.list.listedRows()
	}
	for _, g := range m.groups {
		for _, c := range g.members {
			if !c.entry.IsGone() && c.claimed == nil {
				gone = append(gone, c.row)
			}
		}
	}
	var keys []ledger.Key
	for _, row := range gone {
		c := m.found[row]
		if m.gone[row] || rows.has(int(row)) || c != nil && c.claimed != nil {
			continue
		}
		if key, _ := m.known.Row(int(row)); len(open) == 0 || !open[key.UID()] {
			keys = append(keys, key)
			m.gone[row] = true
		}
	}
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		m.addRecord(ledger.Record{Kind: ledger.Gone, Key: key})
	}
}

// maxMove is how long messages are sought under other UIDs: a rule may never let one
// be retrieved.
const maxMove = 7 * 24 * time.Hour

// endMove writes down that a move is over, once it is clear of every message
// whether it is known.
func (m *Matcher) endMove() {
	since := m.known.Summary().Moving
	isLong := !since.IsZero() && time.Since(since) > maxMove
	if m.moving && !m.unfinished && (isLong || !m.isPending()) {
		m.addRecord(ledger.Record{Kind: ledger.Moving})
		m.moving = false
	}
}

// openUIDs are the UIDs of messages of which only the content tells whether they are
// known.
func (m *Matcher) openUIDs() map[string]bool {
	open := map[string]bool{}
	for _, q := range m.questions {
		if q.isPending() {
			open[q.UID] = true
		}
	}
	return open
}

func (q *question) isPending() bool {
	return q.known == nil && q.finding.known == askContent && !q.read
}

// isPending reports whether only the content of some message tells whether it is
// known, and that wasn't read.
func (m *Matcher) isPending() bool {
	return slices.ContainsFunc(m.questions, (*question).isPending)
}

// EndComparing takes in what CompareContent recognised, once the ledger may be read again, and
// returns those of the messages that are proved.
func (m *Matcher) EndComparing() (proved []Proved) {
	for _, q := range m.recognised {
		m.weighRecognised(q)
	}
	told := slices.Concat(m.foundLater(), m.lostAgain(), m.recognised)
	slices.SortFunc(told, func(a, b *question) int { return a.place - b.place })
	for _, q := range told {
		m.giveKey(q)
	}
	for _, q := range told {
		m.recordKnown(q)
		if q.content != contentUnread && q.finding.deletable == yes && q.known.entry.IsKept() {
			proved = append(proved, Proved{q.Target, q.known.entry})
		}
	}
	m.recognised = nil
	m.recordProbe()
	m.recordGone()
	m.endMove()
	return proved
}

// A Short is a message of which less comes than the server tells.
type Short struct {
	Target
	Came int64 // in bytes
}

// DrainCut returns, once, the messages that came as short as they had come before. From then
// on they count as fetched, and are proved by nothing.
func (m *Matcher) DrainCut() []Short {
	cut := m.cut
	m.cut = nil
	return cut
}

// recordProbe has the next run ask again what the probe didn't tell, as it wasn't
// read, and that a new message would hide: it would be the next probe.
func (m *Matcher) recordProbe() {
	for _, q := range m.questions {
		if q.probe && m.hasFresh && !m.all && q.known != nil && q.finding.deletable == askContent && q.content == contentUnread {
			m.addRecord(ledger.Record{Kind: ledger.Gone, Key: q.Key})
		}
	}
}

// foundLater are the messages that turned out after SettleKeys to be known ones under
// other UIDs, and that weren't retrieved. Those may be the UIDs of messages that were: what is known of
// these gets keys of its own before it would be written over.
func (m *Matcher) foundLater() (found []*question) {
	for _, q := range m.questions {
		if !q.settled && q.content == contentUnread && q.known != nil && m.isMoved(q) {
			q.settled = true
			found = append(found, q)
		}
	}
	return found
}

// lostAgain are the messages that the ledger was told to be known ones which others
// turned out to be. It returns those that are other known ones instead.
func (m *Matcher) lostAgain() (others []*question) {
	for _, q := range m.questions {
		switch {
		case q.told == nil || q.told == q.known || q.content != contentUnread || q.read:
		case q.known == nil:
			m.addRecord(ledger.Record{Kind: ledger.Forgot, Key: q.Key})
		default:
			others = append(others, q)
		}
	}
	return others
}

// A Proved is a message whose bytes lie in the mailbox.
type Proved struct {
	Target
	Entry ledger.Entry
}

// DrainRecords returns what the ledger is to be told by now, and forgets it.
func (m *Matcher) DrainRecords() (records []ledger.Record) {
	records, m.records = m.records, nil
	return records
}

func (m *Matcher) addRecord(r ledger.Record) {
	if r.Time.IsZero() {
		r.Time = time.Now()
	}
	m.records = append(m.records, r)
}

// CountMoved is how many messages are known under other UIDs than before, where all
// UIDs are new.
func (m *Matcher) CountMoved() int { return m.movedCount }

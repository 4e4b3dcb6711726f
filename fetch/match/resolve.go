package match

import (
	"cmp"
	"slices"

	"popfetch/store/ledger"
)

// resolveQuestions weighs the evidence for each question, as far as it goes by now.
func (m *Matcher) resolveQuestions() {
	m.dirty = false
	m.findHeaders()
	for again := true; again; {
		again = false
		for _, q := range m.questions {
			again = !q.done && q.shown && m.claimIdentified(q) || again
		}
	}
	for i := 0; i < len(m.questions); i++ { // which may grow
		if q := m.questions[i]; !q.done {
			m.weighOwn(q)
		}
	}
	if m.doubted && !m.all {
		m.believeNone()
	}
}

// believeNone makes questions of all messages, as one has a UID that was another's.
func (m *Matcher) believeNone() {
	m.openAll()
	m.findGroups()
	for _, q := range m.questions {
		if !q.asked && q.known != nil {
			q.setKnown(nil)
			q.done = false
		}
	}
}

// findHeaders finds the known messages that have the header of a question.
func (m *Matcher) findHeaders() {
	m.headerRows = map[ledger.HeaderDigest][]int32{}
	if len(m.headers) == 0 {
		return
	}
	for row := range m.known.Rows() {
		_, entry := m.known.Row(row)
		if _, wanted := m.headers[entry.Digests.Header]; wanted && entry.IsFetched() {
			m.headerRows[entry.Digests.Header] = append(m.headerRows[entry.Digests.Header], int32(row))
		}
	}
}

// hasIdentifyingHeader reports whether the header of a question is that of one known message
// and of no other, and has passed a server, which made it its own.
func (m *Matcher) hasIdentifyingHeader(q *question) bool {
	header := q.prints.Header
	return q.shown && q.prints.Received && m.headers[header] == 1 && len(m.headerRows[header]) == 1
}

// claimIdentified claims the known message that the header identifies. Where that one is
// listed under its UID, its header is asked for too. It reports whether it changed
// anything.
func (m *Matcher) claimIdentified(q *question) bool {
	if !m.hasIdentifyingHeader(q) {
		return false
	}
	c := m.candidateOf(m.headerRows[q.prints.Header][0])
	if c.claimed != nil || c.entry.IsDeleted() && c.key.UID() != q.UID {
		return false
	}
	if place := m.placeOf(c.row); place >= 0 && m.at[place] == nil {
		m.askAbout(place)
		m.findGroups()
		return true
	}
	m.claimKnown(q, c)
	return true
}

// claimKnown takes the question for the known message, and weighs what speaks for it.
func (m *Matcher) claimKnown(q *question, c *candidate) {
	q.setKnown(c)
	q.finding = weighEvidence(m.evidenceFor(q, c))
	m.noteMisnamed(q, c)
}

// noteMisnamed takes note that a message has the UID of another known one, which
// was there all the time.
func (m *Matcher) noteMisnamed(q *question, c *candidate) {
	if !m.list.IsPseudo() && c.key.UID() != q.UID && !m.IsShared(q.UID) && q.UID != "" && q.own.present > 0 {
		m.misnamed, m.doubted = true, true
	}
}

// weighOwn weighs the evidence that a question is a known message of its UID.
func (m *Matcher) weighOwn(q *question) {
	c := q.own.bestCandidate(m, q)
	if c == nil {
		m.weighOther(q)
		return
	}
	if m.IsShared(q.UID) && !q.asked {
		return
	}
	e := m.evidenceFor(q, c)
	q.finding = weighEvidence(e)
	switch {
	case q.finding.known == askHeader, (q.prove || q.probe) && q.finding.deletable == askHeader && !q.asked:
		return
	case q.finding.known == yes:
		m.claimKnown(q, c)
	case m.loose && e.header == headerOther, m.loose && q.finding.known == no:
		m.weighOther(q)
		return
	}
	q.done = true
	m.doubted = m.doubted || m.list.numbered && !c.entry.IsGone() && e.header == headerOther
}

// weighOther is for a message that can be none of its UID.
func (m *Matcher) weighOther(q *question) {
	switch {
	case !q.asked && m.loose:
		return
	case !m.loose && len(q.own.members) == 0:
		q.finding = finding{no, no}
	default:
		q.finding = m.weighFields(q)
	}
	q.done = true
}

// weighFields seeks the message among those of which a ledger of version 1 has
// but a fingerprint.
func (m *Matcher) weighFields(q *question) finding {
	if !m.Fields || !q.shown {
		return finding{askContent, askContent}
	}
	m.findFields()
	if c := m.sameFields(q, m.evidenceFor); c != nil {
		m.claimKnown(q, c)
		return q.finding
	}
	return finding{askContent, askContent}
}

// sameFields finds the message that isn't listed, has the fingerprint, and is known by
// what else is evident.
func (m *Matcher) sameFields(q *question, evident func(*question, *candidate) evidence) *candidate {
	for _, row := range m.fieldRows[q.prints.Fields] {
		if c := m.candidateOf(row); c.claimed == nil && weighEvidence(evident(q, c)).known == yes {
			return c
		}
	}
	return nil
}

// findFields finds the messages that aren't listed and of which only the five fields
// are known.
func (m *Matcher) findFields() {
	if m.fieldRows != nil {
		return
	}
	m.fieldRows = map[ledger.Fingerprint][]int32{}
	for _, row := range m.away {
		if _, entry := m.known.Row(int(row)); entry.Digests.Fingerprint != (ledger.Fingerprint{}) {
			m.fieldRows[entry.Digests.Fingerprint] = append(m.fieldRows[entry.Digests.Fingerprint], row)
		}
	}
}

// isLikelyNew reports whether TOP showed a header that no known message has.
func (m *Matcher) isLikelyNew(q *question) bool {
	return q.shown && len(m.headerRows[q.prints.Header]) == 0
}

// evidenceFor is what speaks for it that the question is the known message.
func (m *Matcher) evidenceFor(q *question, c *candidate) evidence {
	return evidence{m.uidEvidence(q, c), sizeOf(q.Size, c.entry), m.headerEvidence(q, c), q.content}
}

func (m *Matcher) uidEvidence(q *question, c *candidate) uidEvidence {
	switch {
	case m.list.IsPseudo() || isPseudo(c.key) || c.key.UID() != q.UID:
		return uidOther
	case m.all || q.UID == "" || !c.entry.IsContinuous() || m.IsShared(q.UID) && !(q.asked && m.isWhole(q)):
		return uidGap
	default:
		return uidSame
	}
}

// isWhole reports whether as many messages have the UID of the question as the last
// listing had.
func (m *Matcher) isWhole(q *question) bool {
	return q.own.present == max(1, m.list.copies[q.UID])
}

func sizeOf(told int64, entry ledger.Entry) sizeEvidence {
	switch {
	case told <= 0 || entry.WireSize == 0:
		return sizeUntold
	case told == entry.WireSize:
		return sizeSame
	default:
		return sizeDiffers
	}
}

func (m *Matcher) headerEvidence(q *question, c *candidate) headerEvidence {
	d := c.entry.Digests
	switch {
	case d == ledger.Digests{}:
		return headerNone
	case d.Fingerprint != ledger.Fingerprint{}:
		return m.fieldsEvidence(q, c)
	case !q.asked:
		return headerUnread
	case !q.shown:
		return headerVague
	case q.prints.Header != d.Header:
		return headerOther
	case m.hasIdentifyingHeader(q):
		return headerIdentifies
	default:
		return headerVague
	}
}

// fieldsEvidence compares the five fields. Where UID and size are the same, these
// tell nothing that counts.
func (m *Matcher) fieldsEvidence(q *question, c *candidate) headerEvidence {
	print := c.entry.Digests.Fingerprint
	switch {
	case m.uidEvidence(q, c) == uidSame && sizeOf(q.Size, c.entry) != sizeDiffers:
		return headerFields
	case !q.asked:
		return headerUnread
	case !q.read && (!q.shown || isOfWhole(print)):
		return headerVague
	case q.prints.Fields == print:
		return headerFields
	default:
		return headerOther
	}
}

// placeOf returns where the key of a row is listed, or -1.
func (m *Matcher) placeOf(row int32) int {
	if !m.list.seen.has(int(row)) {
		return -1
	}
	if m.places == nil {
		m.places = make(map[int32]int, m.list.Len())
		for place, listed := range m.list.messages {
			m.places[listed.row] = place
		}
	}
	if place, isListed := m.places[row]; isListed {
		return place
	}
	return -1
}

// sortQuestions puts the questions into the order of the listing.
func (m *Matcher) sortQuestions() {
	slices.SortFunc(m.questions, func(a, b *question) int { return cmp.Compare(a.place, b.place) })
}

package match

import (
	"bytes"
	"cmp"
	"slices"

	"popfetch/store/ledger"
)

// A content is what a retrieved message is compared with: 24 bytes for each known
// message that it may be.
type content struct {
	digest ledger.ContentDigest
	row    int32
	ours   bool // popfetch deleted it on the server
	owed   bool // it is gone, and popfetch may have deleted it
	listed bool // its UID is listed, and nothing speaks against that
}

// BeginComparing makes ready for CompareContent, which reads no ledger: that is the committer's
// during a transfer.
func (m *Matcher) BeginComparing() {
	m.contents, m.skipped = m.contents[:0], map[int]int{}
	for _, row := range m.away {
		if c := m.found[row]; c == nil {
			_, entry := m.known.Row(int(row))
			m.addContent(row, entry, false)
		}
	}
	for row, c := range m.found {
		m.addContent(row, c.entry, false)
	}
	if slices.ContainsFunc(m.questions, (*question).asksContent) {
		m.addListed()
	}
	if m.Fields {
		m.findFields()
		for _, rows := range m.fieldRows {
			for _, row := range rows {
				m.candidateOf(row)
			}
		}
	}
	slices.SortFunc(m.contents, func(a, b content) int {
		return cmp.Or(bytes.Compare(a.digest[:], b.digest[:]), cmp.Compare(a.row, b.row))
	})
}

// addListed adds those that are known by their UIDs: one of them may have another now.
func (m *Matcher) addListed() {
	for _, listed := range m.list.messages {
		if m.found[listed.row] == nil {
			_, entry := m.known.Row(int(listed.row))
			m.addContent(listed.row, entry, true)
		}
	}
}

// asksContent reports whether the content is to tell something of the message.
func (q *question) asksContent() bool {
	return q.finding.known == askContent || q.finding.deletable == askContent
}

func (m *Matcher) addContent(row int32, entry ledger.Entry, isListed bool) {
	if digest := entry.Digests.Content; entry.IsFetched() && digest != (ledger.ContentDigest{}) {
		m.contents = append(m.contents, content{digest, row, entry.IsDeleted(), entry.WasOwed(), isListed})
	}
}

// IsShort reports whether less came of a message than the server told, so that it may
// be cut: by a fault of the server's, or at a line with nothing but a dot that the
// server doesn't stuff (RFC 1939, section 3). Where sizes are estimates, that takes more
// than they are wrong by: half of the message, and 4 KiB. A size of 0 or less is none
// that was told.
func IsShort(told, came int64, areEstimates bool) bool {
	if areEstimates {
		told -= max(told/2, 4<<10)
	}
	return came < told
}

// CompareContent reports whether a message that was retrieved is known: then it is not to
// be kept once more. It takes each known message for one listed one at most.
func (m *Matcher) CompareContent(t Target, prints Prints) bool {
	q := m.at[t.place]
	if q == nil {
		q = &question{Target: t, own: newGroup(), content: contentUnread}
	}
	m.topLies = m.topLies || q.shown && q.prints.Header != prints.Header
	if !q.shown {
		q.prints = prints
	}
	q.read, q.came = true, prints.Size
	row, evidence := m.sameContent(q, prints)
	if row >= 0 {
		m.recogniseAs(q, m.comparedCandidate(row), evidence)
		return true
	}
	return m.compareOwn(q, prints)
}

// comparedCandidate returns the known message of a row, which EndComparing completes if it
// wasn't looked at before.
func (m *Matcher) comparedCandidate(row int32) *candidate {
	if m.found[row] == nil {
		m.found[row] = &candidate{row: row}
	}
	return m.found[row]
}

// sameContent finds the known message of the same content; the row is -1 if there
// is none.
func (m *Matcher) sameContent(q *question, prints Prints) (row int32, evidence contentEvidence) {
	first, _ := slices.BinarySearchFunc(m.contents, prints.Content, func(c content, d ledger.ContentDigest) int {
		return bytes.Compare(c.digest[:12], d[:12])
	})
	row, most, left := -1, -1, maxRanked
	for i := m.skipRead(q, first); i < len(m.contents) && left > 0; i++ {
		c := m.contents[i]
		if !c.digest.IsLike(prints.Content) {
			break
		}
		known := m.found[c.row]
		isOwn := known != nil && q.own.byKey[known.key] == known
		if known != nil && !m.mayClaim(q, known) || !m.mayBe(q, isOwn, c, prints) {
			continue
		}
		left--
		rank, same := 0, contentNoted
		if c.digest == prints.Content {
			rank, same = 2, contentSame
		}
		if isOwn {
			rank++
		}
		if rank > most {
			row, most, evidence = c.row, rank, same
		}
	}
	return row, evidence
}

// skipRead returns where the known messages of a content begin that no retrieved
// message was found to be yet. first is where all of them begin.
func (m *Matcher) skipRead(q *question, first int) int {
	i := max(first, m.skipped[first])
	for i < len(m.contents) && m.contents[i].digest.IsLike(m.contents[first].digest) {
		if known := m.found[m.contents[i].row]; known == nil || known.claimed == nil || known.claimed == q || !known.claimed.read {
			break
		}
		i++
	}
	m.skipped[first] = i
	return i
}

// mayClaim reports whether the question may take the known message for its own:
// nobody else has, or only by what proves less than the content.
func (m *Matcher) mayClaim(q *question, c *candidate) bool {
	other := c.claimed
	return other == nil || other == q ||
		m.at[q.place] == q && other.known == c && !other.read && other.finding.deletable != yes
}

// mayBe reports whether a message of the same content can be the known one, and
// is not just like it. What popfetch deleted comes again only if somebody wants it
// to; and a device without a clock sends the same bytes again and again: what has
// passed no server is another message where its UID is new, and nothing speaks
// against UIDs.
func (m *Matcher) mayBe(q *question, isOwn bool, c content, prints Prints) bool {
	isQuestion := m.at[q.place] == q
	return isOwn || !c.ours && (isQuestion || prints.Received && !c.owed && !c.listed)
}

// compareOwn is for a message whose content is that of no known one.
func (m *Matcher) compareOwn(q *question, prints Prints) bool {
	q.setKnown(nil) // it was taken for that by what proved too little
	q.content, q.finding = contentOther, finding{no, no}
	q.prints.Fields = prints.Fields
	evident := func(q *question, c *candidate) evidence {
		e := m.evidenceFor(q, c)
		if prints.Size == c.entry.WireSize {
			e.size = sizeSame
		}
		if e.header == headerIdentifies && prints.Header != c.entry.Digests.Header {
			e.header = headerOther // TOP lied
		}
		if c.entry.Digests.Content == (ledger.ContentDigest{}) {
			e.content = contentUnread // there is none to compare it with
		}
		return e
	}
	c := q.own.bestCandidate(m, q)
	if c != nil && weighEvidence(evident(q, c)).known != yes {
		m.misnamed = m.misnamed || m.list.numbered && !c.entry.IsGone() && !c.entry.IsCutShort() // which lost its UID to this one
		c = nil
	}
	if c == nil && m.at[q.place] == q {
		c = m.sameFields(q, evident)
	}
	if c == nil {
		return false
	}
	m.recogniseAs(q, c, contentOther)
	return true
}

// recogniseAs takes the question for the known message. Another that was taken for it
// by less gets what this one was taken for before.
func (m *Matcher) recogniseAs(q *question, c *candidate, evidence contentEvidence) {
	if other, before := c.claimed, q.known; other != nil && other != q {
		q.setKnown(nil)
		other.setKnown(nil)
		if before != nil {
			other.setKnown(before)
		}
	}
	q.setKnown(c)
	q.content = evidence
	m.recognised = append(m.recognised, q)
}

// TopLies reports whether TOP showed another header than RETR brought.
func (m *Matcher) TopLies() bool { return m.topLies }

// AreNumbers reports whether the server's UIDs turned out to be message numbers,
// which change as soon as a message is deleted.
func (m *Matcher) AreNumbers() bool { return m.misnamed && m.list.numbered }

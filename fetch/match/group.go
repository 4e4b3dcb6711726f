package match

import "popfetch/store/ledger"

// A group is the known messages of one UID.
type group struct {
	members  []*candidate
	byHeader map[ledger.HeaderDigest][]*candidate
	byKey    map[ledger.Key]*candidate
	present  int // members that the last listing had
	first    int // before it all members are claimed
}

func newGroup() *group {
	return &group{byHeader: map[ledger.HeaderDigest][]*candidate{}, byKey: map[ledger.Key]*candidate{}}
}

func (g *group) addMember(c *candidate) {
	g.members = append(g.members, c)
	g.byKey[c.key] = c
	g.byHeader[c.entry.Digests.Header] = append(g.byHeader[c.entry.Digests.Header], c)
	if !c.entry.IsGone() {
		g.present++
	}
}

// candidateOf returns the known message of a row.
func (m *Matcher) candidateOf(row int32) *candidate {
	c := m.found[row]
	if c == nil {
		key, entry := m.known.Row(int(row))
		c = &candidate{row: row, key: key, entry: entry}
		m.found[row] = c
	}
	return c
}

// findGroups finds the known messages under the UIDs of the questions.
func (m *Matcher) findGroups() {
	fresh := map[string]*group{}
	for _, q := range m.questions {
		if m.groups[q.UID] == nil {
			m.groups[q.UID] = newGroup()
			fresh[q.UID] = m.groups[q.UID]
		}
		q.own = m.groups[q.UID]
	}
	if len(fresh) == 0 {
		return
	}
	for row := range m.known.Rows() {
		key, entry := m.known.Row(row)
		if !entry.IsFetched() || isPseudo(key) != m.list.IsPseudo() {
			continue
		}
		if g := fresh[key.UID()]; g != nil {
			g.addMember(m.candidateOf(int32(row)))
		}
	}
}

// maxRanked bounds how many members of a group with one header are weighed against
// each other: of many that are alike one is as good as the other.
const maxRanked = 16

// bestCandidate returns the member for which the most speaks, and that no other question
// is; nil if there is none.
func (g *group) bestCandidate(m *Matcher, q *question) (best *candidate) {
	most := -1
	consider := func(c *candidate) {
		if c == nil || c.claimed != nil && c.claimed != q {
			return
		}
		if rank := m.rankCandidate(q, c); rank > most {
			best, most = c, rank
		}
	}
	consider(g.byKey[q.Key])
	if q.shown {
		same := g.byHeader[q.prints.Header]
		for len(same) > 0 && same[0].claimed != nil && same[0].claimed != q {
			same = same[1:]
		}
		g.byHeader[q.prints.Header] = same
		for _, c := range same[:min(len(same), maxRanked)] {
			consider(c)
		}
	}
	for g.first < len(g.members) && g.members[g.first].claimed != nil && g.members[g.first].claimed != q {
		g.first++
	}
	for _, c := range g.members[g.first:min(len(g.members), g.first+maxRanked)] {
		consider(c)
	}
	return best
}

// rankCandidate orders the known messages of one UID by how much speaks for them.
func (m *Matcher) rankCandidate(q *question, c *candidate) (rank int) {
	e := m.evidenceFor(q, c)
	known := weighEvidence(e).known
	for bit, speaks := range []bool{
		c.key == q.Key, e.size == sizeSame, c.entry.IsContinuous(),
		q.shown && c.entry.Digests.Header == q.prints.Header, known != no, known == yes,
	} {
		if speaks {
			rank |= 1 << bit
		}
	}
	return rank
}

// setKnown takes the question for the known message, or for none.
func (q *question) setKnown(c *candidate) {
	if q.known != nil {
		q.known.claimed = nil
	}
	if q.known, q.done = c, true; c != nil {
		c.claimed = q
	}
}

package match

import (
	"strings"

	"popfetch/store/ledger"
)

// surveyKnown goes over the ledger once, and returns which kinds of UIDs those
// messages have that the last listing had and this one hasn't.
func (m *Matcher) surveyKnown() (gone kinds) {
	for row := range m.known.Rows() {
		key, entry := m.known.Row(row)
		if entry == (ledger.Entry{}) {
			continue
		}
		m.Fields = m.Fields || entry.Digests.Fingerprint != (ledger.Fingerprint{})
		if entry.IsFetched() && !entry.IsDeleted() && IsCopy(key) {
			m.copied[key.UID()] = true
			if !entry.IsGone() {
				m.shared[key.UID()] = true
			}
		}
		if m.list.seen.has(row) {
			continue
		}
		if !entry.IsGone() {
			m.missing = append(m.missing, int32(row))
		}
		if !entry.IsFetched() || entry.Digests == (ledger.Digests{}) {
			continue
		}
		m.away = append(m.away, int32(row))
		if !entry.IsGone() {
			gone.addKind(key)
		}
		gone.odd = gone.odd || !entry.IsDeleted() && IsOdd(key.UID()) // it may have a better one by now
		gone.vanished = gone.vanished || !entry.IsDeleted() && !entry.WasOwed()
	}
	return gone
}

// kinds are the kinds of UIDs that some messages have.
type kinds struct {
	real, pseudo, odd bool
	vanished          bool // some of the messages are gone, and popfetch neither deleted them nor tried
}

func (k *kinds) addKind(key ledger.Key) {
	switch {
	case isPseudo(key):
		k.pseudo = true
	case IsCopy(key) || IsOdd(key.UID()):
		k.odd = true
	default:
		k.real = true
	}
}

// isLoose reports whether messages with new UIDs may be known ones: all UIDs are
// new though messages vanished, or an earlier run saw that and didn't come to its
// end; or some UIDs are none by RFC 1939; or a maildrop had pseudo-UIDs before and
// has none now, or the other way round.
func (m *Matcher) isLoose(gone kinds) bool {
	if m.list.Len() == 0 {
		return false
	}
	m.moved = gone.vanished && m.isAllNew()
	if m.moved || !m.known.Summary().Moving.IsZero() || m.list.IsPseudo() {
		return true
	}
	if len(m.away) == 0 || !gone.odd && !m.list.hasOdd && !gone.pseudo {
		return false
	}
	for place := range m.list.Len() {
		if !m.list.EntryAt(place).IsFetched() {
			return true
		}
	}
	return false
}

// isAllNew reports whether no message of the listing is known by its UID.
func (m *Matcher) isAllNew() bool {
	for place := range m.list.Len() {
		if entry := m.list.EntryAt(place); entry.IsFetched() && !entry.IsGone() {
			return false
		}
		if len(m.shared) > 0 && m.shared[m.list.TargetAt(place).UID] {
			return false
		}
	}
	return true
}

// HasUIDs reports whether the last listing had a known message under the UID that
// the server gave it. Version 1 of the ledger had pseudo-UIDs of other shapes.
func HasUIDs(known *ledger.Ledger) bool {
	for key, entry := range known.All() {
		isFormer := strings.HasPrefix(string(key), "header:") || strings.HasPrefix(string(key), "content:")
		if entry.IsFetched() && !entry.IsGone() && !isPseudo(key) && !isFormer {
			return true
		}
	}
	return false
}

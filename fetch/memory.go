package fetch

import (
	"slices"
	"strings"

	"popfetch/store/ledger"
)

// A memory is what matters of the ledger as a whole.
type memory struct {
	movable bool            // messages of the last listing could be recognised under other UIDs
	shared  map[string]bool // UIDs that several of them had
}

func remember(known *ledger.Ledger) memory {
	m := memory{shared: map[string]bool{}}
	for key, entry := range known.All() {
		if entry.Gone() {
			continue
		}
		m.movable = m.movable || recognisable(entry)
		if isCopy(key) {
			m.shared[key.UID()] = true
		}
	}
	return m
}

// isCopy reports whether the key is that of a message that was not the first
// to have its UID; see ledger.Key.
func isCopy(key ledger.Key) bool { return strings.Contains(string(key), "~") }

// recognisable reports whether a header can tell that it is this message.
func recognisable(entry ledger.Entry) bool {
	return entry.Fetched() && !isOfWhole(entry.Fingerprint)
}

// missing records what the listing doesn't have any more.
func (p *Plan) missing() {
	listed := p.listing.rows()
	var gone []ledger.Key
	for row := range p.known.Rows() {
		key, entry := p.known.Row(row)
		if entry != (ledger.Entry{}) && !entry.Gone() && !listed.has(row) && !p.doubt.isOpen(key) && !p.doubt.hasFound(key) {
			gone = append(gone, key)
		}
	}
	slices.Sort(gone)
	for _, key := range gone {
		p.record(ledger.Record{Kind: ledger.Gone, Key: key})
	}
}

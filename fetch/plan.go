package fetch

import (
	"iter"
	"slices"
	"time"

	"popfetch/fetch/pop3"
	"popfetch/store/ledger"
)

// A Plan is what a run is going to do: the listing, the ledger and the rules
// put together.
type Plan struct {
	Retrieve []Target
	Delete   []Target        // kept by earlier runs
	Skip     []Skip          // left on the server on purpose
	Records  []ledger.Record // what is known by now, and not yet written down
	OnServer int             // messages in the listing

	known *ledger.Ledger
	rules Rules
	now   time.Time

	targets []Target // the whole listing
	doubt   *doubt   // nil where every UID tells its message
	check   []Target // to be retrieved, to tell whether they are known
}

// A Target is a message of this session's listing, with its key in the ledger.
type Target struct {
	pop3.Item
	Key ledger.Key
}

// Targets gives each item of a listing its key. Of several items with one UID
// each is a message of its own.
func Targets(items []pop3.Item) []Target {
	targets, _ := number(items)
	return targets
}

// number makes the targets, and counts how many have one UID.
func number(items []pop3.Item) (targets []Target, copies map[string]int) {
	targets = make([]Target, len(items))
	copies = make(map[string]int, len(items))
	for i, item := range items {
		n := copies[item.UID] + 1
		copies[item.UID] = n
		targets[i] = Target{Item: item, Key: ledger.MakeKey(item.UID, n)}
	}
	return targets, copies
}

// Numbers yields the numbers of the targets in this session.
func Numbers(targets []Target) iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, t := range targets {
			if !yield(t.Number) {
				return
			}
		}
	}
}

// NewPlan makes the plan, as far as UIDs tell. It asks nobody and changes
// nothing. What is doubtful is left to recognise.
func NewPlan(items []pop3.Item, known *ledger.Ledger, rules Rules, now time.Time) *Plan {
	p := &Plan{OnServer: len(items), known: known, rules: rules, now: now}
	targets, copies := number(items)
	p.targets = targets
	m := remember(known)
	marked := p.markOld()
	p.doubt = findDoubt(p, m, copies, marked)
	for i := marked; i < len(targets); i++ {
		if p.doubt.isAbout(i) {
			continue
		}
		entry, _ := known.Lookup(targets[i].Key)
		p.decide(targets[i], entry)
		m.meet(entry)
	}
	if p.doubt == nil && m.live > 0 {
		p.missing()
	}
	return p
}

// Deletions returns what the run is going to delete, if all goes well: what it
// fetches may be among that, and what it has to look at once more before.
func (p *Plan) Deletions() []Target {
	targets := slices.Clone(p.Delete)
	for _, t := range p.check {
		if entry, _ := p.known.Lookup(t.Key); p.rules.Delete.due(entry, p.now) {
			targets = append(targets, t)
		}
	}
	if p.rules.Delete.When == AtOnce {
		targets = append(targets, p.Retrieve...)
	}
	return targets
}

// markOld marks what is there at the very first run and not wanted, and
// returns how many messages that are.
func (p *Plan) markOld() int {
	if !p.rules.Start.Skip || p.known.Len() > 0 || !p.known.Summary().Success.IsZero() {
		return 0
	}
	marked := max(0, len(p.targets)-p.rules.Start.Last)
	for _, t := range p.targets[:marked] {
		p.record(ledger.Record{Kind: ledger.Marked, Key: t.Key})
	}
	return marked
}

// allNew reports whether nothing is known of any message in the listing.
func (p *Plan) allNew() bool {
	for _, t := range p.targets {
		if _, known := p.known.Lookup(t.Key); known {
			return false
		}
	}
	return true
}

// record adds what is to be written down.
func (p *Plan) record(r ledger.Record) {
	if r.Time.IsZero() {
		r.Time = p.now
	}
	p.Records = append(p.Records, r)
}

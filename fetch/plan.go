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

	listing *Listing
	doubt   *doubt   // nil where every UID tells its message
	check   []Target // to be retrieved, to tell whether they are known
	leaves  bool     // some of those aren't
	failed  []failure
}

// A Target is a message of this session's listing, with its key in the ledger.
type Target struct {
	pop3.Item
	Key ledger.Key
}

// Targets gives each item of a listing its key. Of several items with one UID
// each is a message of its own.
func Targets(items []pop3.Item) []Target {
	targets := make([]Target, len(items))
	copies := make(map[string]int, len(items))
	for i, item := range items {
		copies[item.UID]++
		targets[i] = Target{Item: item, Key: ledger.MakeKey(item.UID, copies[item.UID])}
	}
	return targets
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

// NewPlan makes the plan, as far as UIDs tell. It asks nobody and writes
// nothing. What is doubtful is left to recognise, and what is too much to bound.
func NewPlan(listing *Listing, rules Rules, now time.Time) *Plan {
	p := &Plan{OnServer: listing.Len(), known: listing.known, rules: rules, now: now, listing: listing}
	m := remember(p.known)
	marked := p.markOld()
	p.doubt = findDoubt(p, m, marked)
	for place := marked; place < listing.Len(); place++ {
		if !p.doubt.isAbout(place) {
			p.decide(place)
		}
	}
	if p.doubt == nil {
		p.missing()
	}
	return p
}

// Failed returns the messages that the plan could not be made for.
func (p *Plan) Failed() []Failure {
	failed := slices.Clone(p.listing.failed)
	for _, f := range p.failed {
		failed = append(failed, Failure{UID: f.target.UID, Err: f.err})
	}
	return failed
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
	marked := max(0, p.listing.Len()-p.rules.Start.Last)
	for place := range marked {
		p.record(ledger.Record{Kind: ledger.Marked, Key: p.listing.target(place).Key})
	}
	return marked
}

// record adds what is to be written down.
func (p *Plan) record(r ledger.Record) {
	if r.Time.IsZero() {
		r.Time = p.now
	}
	p.Records = append(p.Records, r)
}

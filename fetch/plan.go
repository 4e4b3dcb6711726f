package fetch

import (
	"iter"
	"slices"
	"time"

	"popfetch/fetch/match"
	"popfetch/fetch/rule"
	"popfetch/store/ledger"
)

// A Plan is what a run is going to do: the listing, the ledger and the rules
// put together.
type Plan struct {
	Retrieve []match.Ref     // in the order of the listing, but for what failed before
	Delete   []Target        // kept by earlier runs
	Skip     Skips           // left on the server on purpose
	Records  []ledger.Record // what is known by now, and not yet written down; see markRecords, too
	OnServer int             // messages in the listing

	maildrop *Maildrop
	isFirst  bool // this is the very first run
	known    *ledger.Ledger
	rules    rule.Rules
	now      time.Time

	check  []match.Ref // to be retrieved, as only their content tells whether they are known
	prove  []match.Ref // known, and to be retrieved, as only their content proves it
	probe  []match.Ref // known, and to be retrieved first: their content tells whether UIDs can be believed
	taken  []match.Ref // by the pump, into a batch: they were retrieved in this session and are new
	failed []failure

	arrivals arrivals
}

// NewPlan makes the plan for a maildrop by what is known of its messages. It asks
// nobody and writes nothing. What is too much for one run is left to leaveExcess.
func NewPlan(d *Maildrop, rules rule.Rules, now time.Time) *Plan {
	p := &Plan{OnServer: d.Len(), Skip: Skips{listing: d.listing}, maildrop: d, known: d.listing.Ledger(), rules: rules, now: now}
	if p.isStart() {
		p.retrieveNewest()
	} else {
		p.decideAll()
	}
	p.Retrieve, p.check = p.putFailedLast(p.Retrieve), p.putFailedLast(p.check)
	p.Records = append(d.DrainRecords(), p.Records...)
	return p
}

func (p *Plan) decideAll() {
	p.Retrieve = make([]match.Ref, 0, max(0, p.OnServer-p.known.Len())) // a long list isn't copied as it grows
	for place := range p.maildrop.Len() {
		v := p.maildrop.matcher.VerdictAt(place)
		due := isDue(p.rules.Delete, v.Entry, p.now)
		if v.IsKnown && !due && !v.Probe && !v.Entry.IsCutShort() {
			continue
		}
		t := p.maildrop.listing.RefAt(place)
		t.Check = v.Ask || v.Probe
		switch {
		case v.Probe:
			p.probe = append(p.probe, t)
		case v.IsKnown && v.IsProved:
			if due {
				p.Delete = append(p.Delete, p.maildrop.listing.TargetOf(t))
			}
		case v.IsKnown && v.Ask:
			p.prove = append(p.prove, t)
		case v.Ask && !v.Likely:
			p.check = append(p.check, t)
		case !v.IsKnown:
			p.planRetrieval(t)
		}
	}
}

// isStart reports whether this is the very first run, and not all that is there is
// wanted.
func (p *Plan) isStart() bool {
	return p.rules.Start.Skip && p.known.Len() == 0 && p.known.Summary().Success.IsZero()
}

// oldPlaces are the places of what is there at the start and not wanted: all but the newest.
func (p *Plan) oldPlaces() (first, end int) {
	if p.maildrop.newestFirst {
		return min(p.OnServer, p.rules.Start.Last), p.OnServer
	}
	return 0, max(0, p.OnServer-p.rules.Start.Last)
}

// retrieveNewest is the plan of the very first run. What isn't wanted is left to
// markRecords.
func (p *Plan) retrieveNewest() {
	first, end := p.oldPlaces()
	p.isFirst = true
	for place := range p.OnServer {
		if place < first || place >= end {
			p.planRetrieval(p.maildrop.listing.RefAt(place))
		}
	}
}

// markBlock is how many messages are marked by one write: of a maildrop that isn't
// huge, all.
const markBlock = 1 << 16

// markRecords yields what the ledger is to be told of what isn't wanted of the start, a
// block at a time: there may be a million.
func (p *Plan) markRecords() iter.Seq[[]ledger.Record] {
	return func(yield func([]ledger.Record) bool) {
		if !p.isFirst {
			return
		}
		var block []ledger.Record
		for place, end := p.oldPlaces(); place < end; place++ {
			t := p.maildrop.listing.TargetAt(place)
			block = append(block, p.maildrop.MarkFetched(t, p.maildrop.shown[t.Number])...)
			if len(block) >= markBlock || place == end-1 {
				if !yield(block) {
					return
				}
				block = block[:0]
			}
		}
	}
}

// Failed returns the messages that the plan could not be made for.
func (p *Plan) Failed() []Failure {
	failed := slices.Clone(p.maildrop.Failed)
	for _, f := range p.failed {
		failed = append(failed, Failure{UID: f.target.UID, Err: f.err})
	}
	return failed
}

// Deletions returns what the run is going to delete, if all goes well: what it
// fetches may be among that, and what it has to look at once more before.
func (p *Plan) Deletions() []match.Ref {
	var refs []match.Ref
	for _, t := range p.Delete {
		refs = append(refs, t.Ref())
	}
	for _, r := range slices.Concat(p.probe, p.check, p.prove) {
		if entry, _ := p.known.Lookup(r.Key); isDue(p.rules.Delete, entry, p.now) {
			refs = append(refs, r)
		}
	}
	if p.rules.Delete.When == rule.AtOnce {
		refs = append(refs, p.Retrieve...)
	}
	return refs
}

// addRecord adds what is to be written down.
func (p *Plan) addRecord(r ledger.Record) {
	if r.Time.IsZero() {
		r.Time = p.now
	}
	p.Records = append(p.Records, r)
}

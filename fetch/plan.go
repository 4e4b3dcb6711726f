package fetch

import (
	"slices"
	"time"

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

	maildrop *Maildrop
	known    *ledger.Ledger
	rules    Rules
	now      time.Time

	check  []Target // to be retrieved, as only their content tells whether they are known
	prove  []Target // known, and to be retrieved, as only their content proves it
	probe  []Target // known, and to be retrieved first: their content tells whether UIDs can be believed
	taken  []Target // by the pump, into a batch: they were retrieved in this session and are new
	failed []failure
}

// NewPlan makes the plan for a maildrop by what is known of its messages. It asks
// nobody and writes nothing. What is too much for one run is left to bound.
func NewPlan(d *Maildrop, rules Rules, now time.Time) *Plan {
	p := &Plan{OnServer: d.Len(), maildrop: d, known: d.listing.Known(), rules: rules, now: now}
	if p.isStart() {
		p.markOld()
	} else {
		p.decideAll()
	}
	p.Records = append(d.Records(), p.Records...)
	return p
}

func (p *Plan) decideAll() {
	for place := range p.maildrop.Len() {
		v := p.maildrop.matcher.Verdict(place)
		isDue := p.rules.Delete.due(v.Entry, p.now)
		if v.IsKnown && !isDue && !v.Probe {
			continue
		}
		t := p.maildrop.listing.Target(place)
		t.Check = v.Ask || v.Probe
		switch {
		case v.Probe:
			p.probe = append(p.probe, t)
		case v.IsKnown && v.IsProved:
			p.Delete = append(p.Delete, t)
		case v.IsKnown && v.Ask:
			p.prove = append(p.prove, t)
		case v.Ask && !v.Likely:
			p.check = append(p.check, t)
		case !v.IsKnown:
			p.retrieve(t)
		}
	}
}

// isStart reports whether this is the very first run, and not all that is there is
// wanted.
func (p *Plan) isStart() bool {
	return p.rules.Start.Skip && p.known.Len() == 0 && p.known.Summary().Success.IsZero()
}

// markOld marks what is there and not wanted: all but the newest.
func (p *Plan) markOld() {
	first, end := 0, max(0, p.OnServer-p.rules.Start.Last) // of those that are marked
	if p.maildrop.newestFirst {
		first, end = min(p.OnServer, p.rules.Start.Last), p.OnServer
	}
	for place := range p.OnServer {
		t := p.maildrop.listing.Target(place)
		if place < first || place >= end {
			p.retrieve(t)
		} else {
			p.Records = append(p.Records, p.maildrop.Mark(t, p.maildrop.shown[t.Number])...)
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
func (p *Plan) Deletions() []Target {
	targets := slices.Clone(p.Delete)
	for _, t := range slices.Concat(p.probe, p.check, p.prove) {
		if entry, _ := p.known.Lookup(t.Key); p.rules.Delete.due(entry, p.now) {
			targets = append(targets, t)
		}
	}
	if p.rules.Delete.When == AtOnce {
		targets = append(targets, p.Retrieve...)
	}
	return targets
}

// record adds what is to be written down.
func (p *Plan) record(r ledger.Record) {
	if r.Time.IsZero() {
		r.Time = p.now
	}
	p.Records = append(p.Records, r)
}

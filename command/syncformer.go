package command

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"popfetch/command/term"
	"popfetch/fetch"
	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/ledger"
)

// A left is a message that a run which died was delivering to another kind of
// mailbox than the account has now.
type left struct {
	key  ledger.Key
	size int64
	store.Staged
}

// finishFormer settles what a run that died was delivering to another kind of
// mailbox, which the configuration named then. A mailbox of the same kind
// settles it by itself, wherever it lay. The ledger says so before the present
// mailbox is opened: that one removes the spools that it doesn't know.
func (p *program) finishFormer(ctx context.Context, a account, l *ledger.Ledger) (report fetch.Report, err error) {
	present, err := kindOf(a.Mailbox)
	if err != nil {
		return report, err
	}
	state, err := p.openState()
	if err != nil {
		return report, err
	}
	groups := formerOf(present, l)
	for _, place := range slices.Sorted(maps.Keys(groups)) {
		messages := groups[place]
		former, _, isKnown := formerMailbox(place)
		if !isKnown {
			continue // the present mailbox says what it thinks of that
		}
		kept := make([]bool, len(messages)) // unless somebody knows
		if former.finish != nil {
			kept, err = former.finish(ctx, delivery{p, a, state, l}, stagedOf(messages))
		}
		if err == nil {
			err = l.Append(settledRecords(messages, kept)...)
		}
		if err != nil {
			return report, err
		}
		p.warnOfFormer(a, messages, kept)
		countFormer(&report, messages, kept)
	}
	p.warnOfElsewhere(a, l)
	if !present.spools {
		err = clearSpools(state, l.ID())
	}
	return report, err
}

// formerOf are the messages that were staged for another kind of mailbox than
// the present one, by the word that their places begin with.
func formerOf(present kind, l *ledger.Ledger) map[string][]left {
	groups := map[string][]left{}
	keys, pending := l.Pending()
	for i, s := range pending {
		if word := store.PlaceKind(s.Place); word != present.place {
			entry, _ := l.Lookup(keys[i])
			groups[word] = append(groups[word], left{keys[i], entry.StoredSize, s})
		}
	}
	return groups
}

func stagedOf(messages []left) (all []store.Staged) {
	for _, m := range messages {
		all = append(all, m.Staged)
	}
	return all
}

// settledRecords are the records of what became of the messages.
func settledRecords(messages []left, kept []bool) (records []ledger.Record) {
	for i, m := range messages {
		r := ledger.Record{Kind: ledger.Forgot, Time: time.Now(), Key: m.key}
		if kept[i] {
			r.Kind = ledger.Kept
		}
		records = append(records, r)
	}
	return records
}

// countFormer counts what is kept as new, and names what may come twice.
func countFormer(report *fetch.Report, messages []left, kept []bool) {
	for i, m := range messages {
		switch former, _, _ := formerMailbox(m.Place); {
		case kept[i]:
			report.New++
			report.Bytes += m.size
		case former.atLeastOnce:
			report.Again = append(report.Again, m.key.UID())
		}
	}
}

// warnOfFormer says where messages are that one would look for in the present
// mailbox, and which come again as the former one has lost them.
func (p *program) warnOfFormer(a account, all []left, kept []bool) {
	there, gone := map[string]int{}, map[string]int{}
	for i, m := range all {
		switch name := formerName(m.Place); {
		case name == "":
		case kept[i]:
			there[name]++
		default:
			gone[name]++
		}
	}
	p.warnOfThere(a, there)
	for _, name := range slices.Sorted(maps.Keys(gone)) {
		p.Warn(a.Name, "%s will be fetched again: an earlier run was stopped while it delivered to %s, which hasn't got them",
			term.FormatCount(gone[name], "message"), name)
	}
}

func (p *program) warnOfThere(a account, there map[string]int) {
	for _, name := range slices.Sorted(maps.Keys(there)) {
		p.Warn(a.Name, "%s went to the former mailbox, %s: an earlier run was stopped while it delivered there",
			term.FormatCount(there[name], "message"), name)
	}
}

// warnOfElsewhere says of mailboxes of the same kind at another path, which the
// present one repairs, that one finds messages there.
func (p *program) warnOfElsewhere(a account, l *ledger.Ledger) {
	here, _ := os.Stat(a.Mailbox.Place) // nil where it isn't made yet, or isn't a file
	there := map[string]int{}
	_, pending := l.Pending()
	for _, s := range pending {
		_, m, _ := formerMailbox(s.Place)
		if former, err := os.Stat(m.Place); err == nil && !(here != nil && os.SameFile(here, former)) {
			there[formerName(s.Place)]++
		}
	}
	p.warnOfThere(a, there)
}

// formerName names the mailbox of a place for a person, if it is a file or a
// folder.
func formerName(place string) string {
	k, m, _ := formerMailbox(place)
	if m.Place == "" {
		return ""
	}
	return k.name(m)
}

// clearSpools removes what runs with another kind of mailbox left in the state
// folder: a Maildir has no spools, and looks for none. The ledger's identity is in
// their names, whatever name the account had.
func clearSpools(state *durable.Dir, id string) error {
	names, err := state.Names(".")
	for _, name := range names {
		if err == nil && strings.Contains(name, "."+id+".") {
			err = state.Remove(name)
		}
	}
	if err != nil {
		return &store.Error{Op: "clean up the state folder", Err: err}
	}
	return nil
}

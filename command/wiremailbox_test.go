package command

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/command/term"
	"popfetch/config"
	"popfetch/store/ledger"
)

// TestKinds finds every kind of mailbox of the configuration in the table, once, with
// all that each has to have.
func TestKinds(t *testing.T) {
	var keys []string
	for _, k := range kinds {
		keys = append(keys, k.key)
		if k.name == nil || k.open == nil || k.inspect == nil || k.place == "" || (k.folder != nil) != (k.pathOf != nil) {
			t.Errorf("%s has no name, can't be opened or looked at, or has no places", k.key)
		}
		if k.connects != (k.ask != nil) || k.connects && k.runs || k.atLeastOnce == (k.finish != nil) {
			t.Errorf("%s contradicts itself", k.key)
		}
	}
	want := slices.Clone(config.Kinds)
	slices.Sort(want)
	slices.Sort(keys)
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Error(diff)
	}
}

// TestUnknownKind names what nobody can open.
func TestUnknownKind(t *testing.T) {
	a := account{Name: "a", Mailbox: config.Mailbox{Kind: "imap", Place: "h"}}
	p := &program{UI: &term.UI{}}
	if _, err := p.openMailbox(t.Context(), a, &ledger.Ledger{}); err == nil || !strings.Contains(err.Error(), `"imap"`) {
		t.Errorf("got %v", err)
	}
	if _, err := p.openMailbox(t.Context(), account{Name: "a"}, &ledger.Ledger{}); err == nil {
		t.Error("opened no mailbox")
	}
}

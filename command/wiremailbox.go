package command

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"

	"popfetch/config"
	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/ledger"
	"popfetch/store/lmtp"
	"popfetch/store/maildir"
	"popfetch/store/mbox"
	"popfetch/store/pipe"
)

// A kind is all that commands know of a kind of mailbox. What is nil doesn't
// apply to it.
type kind struct {
	key         string // in the configuration
	atLeastOnce bool   // else exactly once
	runs        bool   // its place is a command of the shell
	connects    bool   // its place is a server
	spools      bool   // it keeps what isn't delivered yet in the state folder, and clears up there

	// name names it for a person; folder is the one that it writes below.
	name, folder func(config.Mailbox) string

	open func(context.Context, delivery) (store.Mailbox, error)
	// inspect finds out without a network whether it would take mail, and ask asks the
	// server. Both leave nothing behind.
	inspect func(account) error
	ask     func(context.Context, account) error
	// advise tells what isn't as it should be.
	advise func(account) []advice

	// place is the word that its places begin with, as in store.MakePlace; pathOf is
	// the file or folder that one is in.
	place  string
	pathOf func(place string) string
	// finish is for an account that has another kind of mailbox by now; see
	// mbox.Finish. Where it is nil nobody knows.
	finish func(context.Context, delivery, []store.Staged) ([]bool, error)
}

// A delivery is what a mailbox is opened for.
type delivery struct {
	program *program
	account account
	state   *durable.Dir
	ledger  *ledger.Ledger
}

// spoolPrefix is what the names of an account's spools begin with.
func (d delivery) spoolPrefix() string { return d.account.Name + ".spool" }

func (d delivery) mboxOptions(ctx context.Context) *mbox.Options {
	return &mbox.Options{Stop: ctx.Done(), Note: d.program.newNoter(d.account)}
}

// kinds are those that there are. A test holds them against the configuration's.
var kinds = []kind{
	{
		key: config.Maildir, place: maildir.Kind, pathOf: maildir.PathOf,
		name:    func(m config.Mailbox) string { return "maildir " + m.Place },
		folder:  func(m config.Mailbox) string { return m.Place },
		inspect: func(a account) error { return checkFolder(a.Mailbox.Place, durable.OpenDir) },
		open: func(_ context.Context, d delivery) (store.Mailbox, error) {
			return maildir.Open(d.account.Mailbox.Place, d.ledger.ID())
		},
		finish: func(_ context.Context, d delivery, staged []store.Staged) ([]bool, error) {
			return maildir.Finish(d.ledger.ID(), staged)
		},
	},
	{
		key: config.MBox, place: mbox.Kind, pathOf: mbox.PathOf, spools: true,
		name:    func(m config.Mailbox) string { return "mbox " + m.Place },
		folder:  func(m config.Mailbox) string { return filepath.Dir(realPath(m.Place)) },
		inspect: func(a account) error { return checkFile(a.Mailbox.Place) },
		advise:  adviceOnLocks,
		open: func(ctx context.Context, d delivery) (store.Mailbox, error) {
			return mbox.Open(d.account.Mailbox.Place, d.state, d.spoolPrefix(), d.ledger.ID(), d.mboxOptions(ctx))
		},
		finish: func(ctx context.Context, d delivery, staged []store.Staged) ([]bool, error) {
			return mbox.Finish(staged, d.state, d.spoolPrefix(), d.ledger.ID(), d.mboxOptions(ctx))
		},
	},
	{
		key: config.Pipe, place: pipe.Kind, spools: true, atLeastOnce: true, runs: true,
		name:    func(m config.Mailbox) string { return pipe.Name(m.Place) },
		inspect: func(a account) error { return pipe.Check(a.Mailbox.Place) },
		open: func(ctx context.Context, d delivery) (store.Mailbox, error) {
			options := &pipe.Options{Variables: variablesFor(d.account)}
			return pipe.Open(ctx, d.account.Mailbox.Place, d.state, d.spoolPrefix(), d.ledger.ID(), options), nil
		},
	},
	{
		key: config.LMTP, place: pipe.Kind, spools: true, atLeastOnce: true, connects: true,
		name:    func(m config.Mailbox) string { return peerOf(m).String() + " for " + m.Recipient },
		inspect: func(a account) error { _, err := lmtpOptions(a); return err },
		ask:     checkLMTP,
		advise:  adviceOnLMTP,
		open: func(ctx context.Context, d delivery) (store.Mailbox, error) {
			options, err := lmtpOptions(d.account)
			if err != nil {
				return nil, err
			}
			return lmtp.Open(ctx, peerOf(d.account.Mailbox), d.state, d.spoolPrefix(), d.ledger.ID(), options), nil
		},
	},
}

// kindOf returns the kind of a mailbox. An account by URL has none before a flag
// of sync names it.
func kindOf(m config.Mailbox) (kind, error) {
	for _, k := range kinds {
		if k.key == m.Kind {
			return k, nil
		}
	}
	none := kind{key: m.Kind, name: func(m config.Mailbox) string { return cmp.Or(m.Kind, "none") }}
	if m.Kind == "" {
		return none, nil
	}
	return none, fmt.Errorf("there is no kind of mailbox %q", m.Kind)
}

// formerMailbox returns the kind of mailbox that a place is in, and that itself as
// far as the place tells.
func formerMailbox(place string) (k kind, m config.Mailbox, isKnown bool) {
	for _, k := range kinds {
		if k.place == store.PlaceKind(place) {
			m := config.Mailbox{Kind: k.key}
			if k.pathOf != nil {
				m.Place = k.pathOf(place)
			}
			return k, m, true
		}
	}
	return kind{}, config.Mailbox{}, false
}

// openMailbox opens the account's mailbox for a run that has to stop when ctx
// ends.
func (p *program) openMailbox(ctx context.Context, a account, l *ledger.Ledger) (store.Mailbox, error) {
	k, err := kindOf(a.Mailbox)
	if err != nil {
		return nil, err
	}
	if k.open == nil {
		return nil, fmt.Errorf("the account %s has no mailbox", a.Name)
	}
	state, err := p.openState()
	if err != nil {
		return nil, err
	}
	return k.open(ctx, delivery{p, a, state, l})
}

// mailboxName names an account's mailbox for a person.
func mailboxName(a account) string {
	k, _ := kindOf(a.Mailbox) // of an unknown one checkDestination tells
	return k.name(a.Mailbox)
}

// mailboxFolders is the folder that an account's mail is written below, if it
// goes into one.
func mailboxFolders(m config.Mailbox) []string {
	if k, _ := kindOf(m); k.folder != nil {
		return []string{k.folder(m)}
	}
	return nil
}

// adviceOnMailbox is about what isn't as it should be with an account's mailbox.
func adviceOnMailbox(a account) []advice {
	if k, _ := kindOf(a.Mailbox); k.advise != nil {
		return k.advise(a)
	}
	return nil
}

package command

import (
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

	name func(config.Mailbox) string // for a person
	open func(context.Context, *program, account, *ledger.Ledger) (store.Mailbox, error)

	folder func(config.Mailbox) string          // the one that it writes below
	look   func(account) error                  // finds out without a network whether it would take mail, and leaves nothing behind
	ask    func(context.Context, account) error // the server whether it would take mail
	advise func(account) []advice               // on what isn't as it should be

	place  string                                                                                   // the word that its places begin with; see store.MakePlace
	pathOf func(place string) string                                                                // the file or folder that a place is in
	finish func(context.Context, *program, account, *ledger.Ledger, []store.Staged) ([]bool, error) // see mbox.Finish; nil: nobody knows
}

// kinds are those that there are. A test holds them against the configuration's.
var kinds = []kind{
	{
		key: config.Maildir, place: maildir.Kind, pathOf: maildir.PathOf,
		name:   func(m config.Mailbox) string { return "maildir " + m.Place },
		folder: func(m config.Mailbox) string { return m.Place },
		look:   func(a account) error { return checkFolder(a.Mailbox.Place, durable.OpenDir) },
		open: func(_ context.Context, _ *program, a account, l *ledger.Ledger) (store.Mailbox, error) {
			return maildir.Open(a.Mailbox.Place, l.ID())
		},
		finish: func(_ context.Context, _ *program, _ account, l *ledger.Ledger, staged []store.Staged) ([]bool, error) {
			return maildir.Finish(l.ID(), staged)
		},
	},
	{
		key: config.MBox, place: mbox.Kind, pathOf: mbox.PathOf, spools: true,
		name:   func(m config.Mailbox) string { return "mbox " + m.Place },
		folder: func(m config.Mailbox) string { return filepath.Dir(realPath(m.Place)) },
		look:   func(a account) error { return checkFile(a.Mailbox.Place) },
		advise: adviceOnLocks,
		open: func(ctx context.Context, p *program, a account, l *ledger.Ledger) (store.Mailbox, error) {
			state, err := p.state()
			if err != nil {
				return nil, err
			}
			return mbox.Open(a.Mailbox.Place, state, spoolOf(a), l.ID(), p.mboxOptions(ctx, a))
		},
		finish: func(ctx context.Context, p *program, a account, l *ledger.Ledger, staged []store.Staged) ([]bool, error) {
			state, err := p.state()
			if err != nil {
				return nil, err
			}
			return mbox.Finish(staged, state, spoolOf(a), l.ID(), p.mboxOptions(ctx, a))
		},
	},
	{
		key: config.Pipe, place: pipe.Kind, spools: true, atLeastOnce: true, runs: true,
		name: func(m config.Mailbox) string { return pipe.Name(m.Place) },
		look: func(a account) error { return pipe.Check(a.Mailbox.Place) },
		open: func(ctx context.Context, p *program, a account, l *ledger.Ledger) (store.Mailbox, error) {
			state, err := p.state()
			if err != nil {
				return nil, err
			}
			options := &pipe.Options{Variables: variablesFor(a)}
			return pipe.Open(ctx, a.Mailbox.Place, state, spoolOf(a), l.ID(), options), nil
		},
	},
	{
		key: config.LMTP, place: pipe.Kind, spools: true, atLeastOnce: true, connects: true,
		name:   func(m config.Mailbox) string { return peerOf(m).String() + " for " + m.Recipient },
		look:   func(a account) error { _, err := lmtpOptions(a); return err },
		ask:    checkLMTP,
		advise: adviceOnLMTP,
		open: func(ctx context.Context, p *program, a account, l *ledger.Ledger) (store.Mailbox, error) {
			state, err := p.state()
			if err != nil {
				return nil, err
			}
			options, err := lmtpOptions(a)
			if err != nil {
				return nil, err
			}
			return lmtp.Open(ctx, peerOf(a.Mailbox), state, spoolOf(a), l.ID(), options), nil
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
	none := kind{key: m.Kind, name: func(config.Mailbox) string { return "none" }}
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

// spoolOf is what the names of an account's spools begin with.
func spoolOf(a account) string { return a.Name + ".spool" }

func (p *program) mboxOptions(ctx context.Context, a account) *mbox.Options {
	return &mbox.Options{Stop: ctx.Done(), Note: p.noter(a)}
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
	return k.open(ctx, p, a, l)
}

// destination names an account's mailbox for a person.
func destination(a account) string {
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

package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"popfetch/config"
	"popfetch/fetch"
	"popfetch/fetch/dial"
	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/ledger"
)

// A renamed account has no ledger under its new name, and would bring all its mail
// again. So an account without one takes over the ledger of the same server and user
// that no account of the configuration claims, if the server's listing agrees with it.

// An earlyError says that the time for the next login hasn't come.
type earlyError struct {
	who  string // wants it so
	next time.Time
}

func (e *earlyError) Error() string {
	return fmt.Sprintf("%s asks for no login before %s", e.who, e.next.Format(time.DateTime))
}

// checkLoginTime returns an error where a sync is to leave the account alone for now.
func (p *program) checkLoginTime(a account, l *ledger.Ledger) error {
	summary := l.Summary()
	if next := summary.NextLogin(time.Now(), a.MinInterval); !next.IsZero() {
		who := "min_interval"
		if summary.Delay > a.MinInterval {
			who = "the server"
		}
		return &earlyError{who, next}
	}
	return p.checkDenials(a, l)
}

// openToSync opens the account's ledger for a sync. With an error it returns the
// ledger, too, that knows why there can be none now, if there is one.
func (p *program) openToSync(ctx context.Context, a account, wait time.Duration) (*ledger.Ledger, error) {
	may := func(l *ledger.Ledger) error { return p.checkLoginTime(a, l) }
	l, err := p.openOwn(ctx, a, wait, may)
	if err == nil {
		err = may(l)
	}
	return l, err
}

// openLedger opens the account's ledger for another command that changes it.
func (p *program) openLedger(ctx context.Context, a account) (*ledger.Ledger, error) {
	l, err := p.openOwn(ctx, a, 0, func(*ledger.Ledger) error { return nil })
	if err != nil && l != nil {
		l.Close()
		return nil, err
	}
	return l, err
}

// openOwn opens the account's ledger, which is taken over or made where it has none.
// With an error from the server it returns the ledger that would have been taken
// over. One that is made beside such a ledger demands of logins what that does, because
// it was the server that said that its messages are other ones. may tells of that whether a login may be tried.
func (p *program) openOwn(ctx context.Context, a account, wait time.Duration, may func(*ledger.Ledger) error) (*ledger.Ledger, error) {
	state, err := p.openState()
	if err != nil {
		return nil, err
	}
	orphans, unreadable, err := p.readOrphans(state, a)
	if err != nil {
		return nil, err
	}
	for _, err := range unreadable {
		p.Warn(titleOf(a), "whether this ledger is to be taken over can't be told: %v", err)
	}
	if len(orphans) > 0 {
		if l, err := p.takeOver(ctx, state, a, orphans, wait, may); l != nil || err != nil {
			return l, err
		}
	}
	l, err := ledger.Open(state, a.Name, wait)
	if err == nil && len(orphans) > 0 && l.Summary().Maildrop == "" {
		before := orphans[0].Summary()
		err = l.Append(
			ledger.Record{Kind: ledger.Maildrop, Time: time.Now(), Text: before.Maildrop},
			ledger.Record{Kind: ledger.Secured, Time: time.Now(), Text: before.Secured},
		)
	}
	return l, err
}

// takeOver takes over that of the ledgers which the server's listing agrees with. It
// returns nil if none does.
func (p *program) takeOver(ctx context.Context, state *durable.Dir, a account, orphans []*ledger.Ledger, wait time.Duration, may func(*ledger.Ledger) error) (taken *ledger.Ledger, err error) {
	held, err := holdLedgers(state, orphans, wait)
	defer func() {
		for _, l := range held {
			if l != taken {
				l.Close()
			}
		}
	}()
	if err != nil || len(held) == 0 {
		return nil, err
	}
	if err := may(held[0]); err != nil {
		return held[0], err
	}
	best, err := p.findLedger(ctx, a, held)
	if err != nil {
		return held[0], err
	}
	if best == nil {
		p.Warn(titleOf(a), "doesn't go on with what %s had fetched: same server and user, but other messages", held[0].Account())
		return nil, nil
	}
	before, delay := best.Account(), best.Summary().Delay
	if err := best.Rename(a.Name, wait); errors.Is(err, fs.ErrExist) {
		return nil, nil // by another run, meanwhile
	} else if err != nil {
		return nil, err
	}
	p.Warn(titleOf(a), "goes on with what %s had fetched: same server, user and messages", before)
	if delay > 0 { // the server wants it after this login, too
		login := ledger.Record{Kind: ledger.Login, Time: time.Now(), Count: int(delay / time.Second)}
		err = best.Append(login)
	}
	return best, err
}

// holdLedgers opens the ledgers, so that no run changes them meanwhile.
func holdLedgers(state *durable.Dir, orphans []*ledger.Ledger, wait time.Duration) (held []*ledger.Ledger, err error) {
	for _, orphan := range orphans {
		l, err := ledger.OpenExisting(state, orphan.Account(), wait)
		if errors.Is(err, fs.ErrNotExist) {
			continue // another run has just taken it over
		}
		if err != nil {
			return held, err
		}
		held = append(held, l)
	}
	return held, nil
}

// findLedger asks the server with which of the ledgers its listing agrees. What was
// asked of a person for that isn't asked again.
func (p *program) findLedger(ctx context.Context, a account, held []*ledger.Ledger) (*ledger.Ledger, error) {
	job, err := p.newJob(a)
	if err != nil {
		return nil, err
	}
	p.warnInsecure(a)
	password := sync.OnceValues(func() (string, error) { return job.Login.Password(ctx) })
	once := *job
	once.Login.Password = func(context.Context) (string, error) { return password() }
	best, err := once.FindLedger(ctx, held)
	if err == nil {
		p.answered.Store(a.Name, once.Login.Password)
	}
	return best, err
}

// readOrphans reads the ledgers that an account without one may take over, that with the
// latest login first. Those that can't be read, and may be the account's, are
// returned as well; it is an error if one surely is.
func (p *program) readOrphans(state *durable.Dir, a account) (orphans []*ledger.Ledger, unreadable []error, err error) {
	exists, err := state.Exists(ledger.FileName(a.Name))
	var names []string
	if err == nil && !exists {
		names, err = state.Names(".")
	}
	if err != nil {
		return nil, nil, &store.Error{Op: "look for ledgers", Err: err}
	}
	slices.Sort(names)
	for _, file := range names {
		name, isLedger := strings.CutSuffix(file, ledger.FileName(""))
		if !isLedger || p.isClaimed(name) {
			continue
		}
		l, err := ledger.Salvage(state, name)
		switch isOurs := l.Summary().Maildrop == maildropOf(a); {
		case err == nil && isOurs:
			orphans = append(orphans, l)
		case errors.Is(err, fs.ErrNotExist), err == nil, l.IsMisnamed(), !isOurs && l.Summary().Maildrop != "":
		case isOurs:
			return nil, nil, err
		default:
			unreadable = append(unreadable, err)
		}
	}
	slices.SortStableFunc(orphans, func(a, b *ledger.Ledger) int { return b.Summary().Login.Compare(a.Summary().Login) })
	return orphans, unreadable, nil
}

// isClaimed reports whether an account of the configuration has the name, as far as
// is known.
func (p *program) isClaimed(name string) bool {
	known := p.knownConfig()
	return known == nil || slices.ContainsFunc(known.Accounts, func(a account) bool { return a.Name == name })
}

// maildropOf names the server and the user of an account as the ledger does.
func maildropOf(a account) string {
	return fetch.MaildropName(&dial.Server{Host: a.Host, Port: a.Port}, a.User)
}

// knownConfig returns the configuration, an empty one where there is none, or nil if
// it can't be read: for an account by URL that is no error.
func (p *program) knownConfig() *config.Config {
	if loaded := p.config.Load(); loaded != nil {
		return loaded
	}
	p.besideOnce.Do(func() { p.beside = p.readBeside() })
	return p.beside
}

// readBeside reads the configuration for a run in which no account of it is named.
func (p *program) readBeside() *config.Config {
	if _, err := p.configFile(); err != nil {
		return &config.Config{} // there is no place for one
	}
	loaded, err := p.readConfig()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &config.Config{}
	case err != nil:
		p.Warn("", "the configuration has an error, so what its accounts have fetched isn't known to an account by URL")
		p.PrintNote("", "hint: popfetch check --config-only tells what is wrong")
		return nil
	}
	return loaded
}

package command

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"popfetch/command/watch"
	"popfetch/fetch"
	"popfetch/fetch/pop3"
)

// No account may keep the others waiting for ever, whatever its server does. One whose
// server hardly sends anything for lendAfter lends its slot to the next, and so does one that
// has been at work for lendBusy, at whatever pace: it costs nothing but a connection. As
// there may be any number of such accounts, no more slots are lent than there are; where all
// are, and others wait, the account that has been at work the longest is ended after
// mostTurn. So each has its turn. An honest account with much to fetch goes on with the next
// run, less the message that was under way; it is hit only where twice as many accounts as
// there are slots take that long. Ended is the longest and not the slowest, as a server can
// choose its pace.
//
// Looked for is that every lookForIdle. They are variables for the sake of tests.
var (
	lendAfter   = time.Minute
	lendBusy    = 5 * time.Minute
	mostTurn    = 30 * time.Minute
	lookForIdle = 5 * time.Second
)

// endsWithin is how long an account that is told to end has, until another one is.
const endsWithin = time.Minute

// slots let so many accounts be at work at a time, and others in the slots that are lent.
type slots struct {
	most       int
	lends      func(name string) bool
	endLongest func(names []string) // of those at work, where others wait
	mu         sync.Mutex
	atWork     map[int]string // names of accounts
	ended      chan struct{}  // holds a token once an account has ended
}

func newSlots(most int, lends func(name string) bool, endLongest func(names []string)) *slots {
	return &slots{most: most, lends: lends, endLongest: endLongest, atWork: map[int]string{}, ended: make(chan struct{}, 1)}
}

// takeSlot waits until there is a slot for the account of that number, and returns what
// gives it back.
func (s *slots) takeSlot(number int, name string) (give func()) {
	look := time.NewTicker(lookForIdle)
	defer look.Stop()
	for {
		running := s.namesAtWork()
		if watch.HeldSlots(len(running), s.countLent(running), s.most) < s.most {
			break
		}
		if watch.AreAllLent(len(running), s.most) {
			s.endLongest(running)
		}
		select {
		case <-s.ended:
		case <-look.C:
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.atWork[number] = name
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.atWork, number)
		select {
		case s.ended <- struct{}{}:
		default:
		}
	}
}

// namesAtWork are the names of the accounts at work.
func (s *slots) namesAtWork() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.atWork))
}

// countLent is how many of the accounts lend their slots.
func (s *slots) countLent(names []string) (n int) {
	for _, name := range names {
		if s.lends(name) {
			n++
		}
	}
	return n
}

// A work is an account at work.
type work struct {
	since     time.Time
	meter     pop3.Meter // of its session
	end       context.CancelCauseFunc
	toldToEnd time.Time // when it was told to end; zero if it wasn't
}

// beginWork takes note that an account is at work, until done. The context ends when others have
// waited too long.
func (p *program) beginWork(parent context.Context, a account) (ctx context.Context, done func()) {
	ctx, cancel := context.WithCancelCause(parent)
	p.works.Store(a.Name, &work{since: time.Now(), end: cancel})
	return ctx, func() {
		p.works.Delete(a.Name)
		cancel(nil)
	}
}

// workOf returns nil for an account that isn't at work.
func (p *program) workOf(name string) *work {
	w, ok := p.works.Load(name)
	if !ok {
		return nil
	}
	return w.(*work)
}

// meterOf returns what measures a session of the account.
func (p *program) meterOf(a account) *pop3.Meter {
	if w := p.workOf(a.Name); w != nil {
		return &w.meter
	}
	return nil
}

// isLending reports whether an account at work lends its slot.
func (p *program) isLending(name string) bool {
	w := p.workOf(name)
	return w != nil && (w.meter.Idle() > lendAfter || time.Since(w.since) > lendBusy)
}

// endLongest ends the account that has been at work the longest, once it has had its turn.
// Called by one goroutine only.
func (p *program) endLongest(names []string) {
	var longest *work
	for _, name := range names {
		w := p.workOf(name)
		switch {
		case w == nil:
		case w.toldToEnd.IsZero() && (longest == nil || w.since.Before(longest.since)):
			longest = w
		case !w.toldToEnd.IsZero() && time.Since(w.toldToEnd) < endsWithin:
			return
		}
	}
	if longest != nil && time.Since(longest.since) >= mostTurn {
		longest.toldToEnd = time.Now()
		longest.end(&fetch.TurnOverError{After: mostTurn})
	}
}

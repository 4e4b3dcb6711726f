package command

import (
	"sync"
	"time"

	"popfetch/fetch/pop3"
)

// A server that hardly sends anything for so long lends the slot of its account to the
// next one: it costs nothing but a connection, and must keep no other account waiting.
// Looked for is that so often. They are variables for the sake of tests.
var (
	lendAfter   = time.Minute
	lookForIdle = 5 * time.Second
)

// slots let so many accounts be at work at a time, without those that are idle.
type slots struct {
	most   int
	isIdle func(account) bool
	mu     sync.Mutex
	atWork map[int]account
	ended  chan struct{} // holds a token once an account has ended
}

func newSlots(most int, isIdle func(account) bool) *slots {
	return &slots{most: most, isIdle: isIdle, atWork: map[int]account{}, ended: make(chan struct{}, 1)}
}

// take waits until there is a slot for the account of that number, and returns what
// gives it back.
func (s *slots) take(number int, a account) (give func()) {
	look := time.NewTicker(lookForIdle)
	defer look.Stop()
	for s.busy() >= s.most {
		select {
		case <-s.ended:
		case <-look.C:
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.atWork[number] = a
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

// busy is how many of the accounts at work aren't idle.
func (s *slots) busy() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.atWork {
		if !s.isIdle(a) {
			n++
		}
	}
	return n
}

// meter returns a new meter for a session of the account.
func (p *program) meter(a account) *pop3.Meter {
	m := &pop3.Meter{}
	p.meters.Store(a.Name, m)
	return m
}

// isIdle reports whether the server of an account that is at work sends hardly anything.
func (p *program) isIdle(a account) bool {
	m, ok := p.meters.Load(a.Name)
	return ok && m.(*pop3.Meter).Idle() > lendAfter
}

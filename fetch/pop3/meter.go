package pop3

import (
	"sync/atomic"
	"time"
)

// A Meter tells how long a session has waited in vain for its server: less what the
// bytes that came stand for, at a pace of which nobody would call it waiting. It may
// be read from any goroutine.
type Meter struct {
	idle  atomic.Int64 // nanoseconds, without the wait that goes on
	since atomic.Int64 // when that began, in nanoseconds since 1970; 0 for none
}

// lively is that pace, in bytes a second.
const lively = 1 << 10

// Idle is how long the session has waited in vain.
func (m *Meter) Idle() time.Duration {
	idle := time.Duration(m.idle.Load())
	if since := m.since.Load(); since != 0 {
		idle += max(time.Since(time.Unix(0, since)), 0)
	}
	return idle
}

func (m *Meter) beginWait(now time.Time) {
	if m != nil {
		m.since.Store(now.UnixNano())
	}
}

func (m *Meter) endWait(n int, waited time.Duration) {
	if m != nil {
		m.since.Store(0)
		m.idle.Store(max(m.idle.Load()+int64(waited)-int64(n)*int64(time.Second)/lively, 0))
	}
}

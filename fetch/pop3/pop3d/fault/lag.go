package fault

import (
	"bytes"
	"net"
	"sync"
	"time"
)

// maxUnderWay is how many bytes one direction of a connection has room for.
const maxUnderWay = 8 << 20

// A lag is one direction: bytes, each with the time when they arrive.
type lag struct {
	delay  time.Duration
	opened time.Time // nothing sent earlier than that counts as sent

	mu      sync.Mutex
	changed *sync.Cond
	parcels []parcel
	bytes   int
	broken  bool // nobody takes parcels any more
}

type parcel struct {
	bytes []byte // none marks the end
	due   time.Time
}

func newLag(delay time.Duration, opened time.Time) *lag {
	l := &lag{delay: delay, opened: opened}
	l.changed = sync.NewCond(&l.mu)
	return l
}

// fillFrom puts in what it reads, up to the end.
func (l *lag) fillFrom(from net.Conn) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 && !l.putParcel(bytes.Clone(buffer[:n])) {
			return
		}
		if err != nil {
			l.putParcel(nil)
			return
		}
	}
}

// putParcel adds a parcel, and reports whether there is any use in more.
func (l *lag) putParcel(b []byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.bytes+len(b) > maxUnderWay && !l.broken {
		l.changed.Wait()
	}
	sent := time.Now()
	if sent.Before(l.opened) {
		sent = l.opened
	}
	l.parcels = append(l.parcels, parcel{b, sent.Add(l.delay)})
	l.bytes += len(b)
	l.changed.Broadcast()
	return !l.broken
}

// emptyInto writes what arrives, when it arrives, up to the end.
func (l *lag) emptyInto(to net.Conn) {
	for {
		p := l.takeParcel()
		time.Sleep(time.Until(p.due))
		if p.bytes == nil {
			return
		}
		if _, err := to.Write(p.bytes); err != nil {
			l.stop()
			return
		}
		l.freeRoom(len(p.bytes))
	}
}

// takeParcel waits for the next parcel.
func (l *lag) takeParcel() parcel {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.parcels) == 0 {
		l.changed.Wait()
	}
	p := l.parcels[0]
	l.parcels = l.parcels[1:]
	return p
}

// freeRoom makes room.
func (l *lag) freeRoom(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bytes -= n
	l.changed.Broadcast()
}

// stop ends the lag before its time.
func (l *lag) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = true
	l.changed.Broadcast()
}

package pop3

import (
	"fmt"
	"math"
	"time"
)

// A reply that has begun must go on at a pace that any link in use can keep, or a
// server that sends a byte now and then would hold us up for ever without running
// into the timeout. What a modem or a satellite brings is fast enough: as much as
// the listing told may come slowly. What goes beyond that may have no end, and has to
// come faster.
const (
	slowest = 150     // bytes a second, in the long run
	steady  = 4 << 10 // bytes a second beyond what was told

	slack   = 5              // timeouts that a reply may take longer than that
	longest = 24 * time.Hour // that a reply may take beside, however large it was told to be

	untold    = 1 << 20  // bytes in a reply of which no size was told
	leastTold = 64 << 10 // as a size that was told may be wrong
)

// A pace is how the reply that is being read comes in.
type pace struct {
	wireSize int64 // bytes, by the listing; 0 or less where it told none
	bytes    int64
	waited   time.Duration // since its first byte, for the server alone
}

// addRead adds what one read brought, and reports whether the server is too slow.
func (p *pace) addRead(n int, waited, timeout time.Duration) error {
	if p.bytes > 0 {
		p.waited += waited
	}
	p.bytes += int64(n)
	if p.waited > p.allowedTime(timeout) {
		return &slowError{*p}
	}
	return nil
}

// allowedTime is how long the bytes may have taken. A timeout longer than the default
// stands for a slow link, and allows a pace that is as much slower.
func (p *pace) allowedTime(timeout time.Duration) time.Duration {
	slow := min(p.bytes, p.expectedBytes())
	seconds := float64(slow)/slowest + float64(p.bytes-slow)/steady
	patience := max(timeout.Seconds()/defaultTimeout.Seconds(), 1)
	return slack*timeout + time.Duration(patience*min(seconds, longest.Seconds())*float64(time.Second))
}

// expectedBytes is how many bytes may come slowly: twice what was told, as servers count
// line ends, or encodings, in ways of their own.
func (p *pace) expectedBytes() int64 {
	if p.wireSize <= 0 {
		return untold
	}
	return max(2*min(p.wireSize, math.MaxInt64/2), leastTold)
}

// A slowError says that a reply comes too slowly to wait for its end.
type slowError struct{ pace pace }

func (e *slowError) Error() string {
	text := fmt.Sprintf("no more than %d bytes came in %s", e.pace.bytes, e.pace.waited.Round(time.Second))
	if e.pace.wireSize > 0 && e.pace.bytes > e.pace.expectedBytes() {
		text += fmt.Sprintf(", of a message that was to have %d", e.pace.wireSize)
	}
	return text
}

// Timeout reports true, as net.Error has it.
func (e *slowError) Timeout() bool { return true }

// Hint tells the way out.
func (e *slowError) Hint() string {
	return "the next run goes on where this one stopped; if the link is so slow, set a longer timeout: 2m allows half the pace"
}

// Temporary reports true, as net.Error has it.
func (e *slowError) Temporary() bool { return true }

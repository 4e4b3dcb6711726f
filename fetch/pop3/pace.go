package pop3

import (
	"fmt"
	"time"
)

// A reply that has begun must go on at a pace that any link in use can keep,
// or a server that sends a byte now and then would hold us up for ever without
// running into the timeout.
const (
	slowest = 64 // bytes a second, in the long run
	slack   = 5  // timeouts that a reply may take longer than that
)

// A pace is how the reply that is being read comes in.
type pace struct {
	bytes  int64
	waited time.Duration // since its first byte, for the server alone
}

// took adds what one read brought, and reports whether the server is too slow.
func (p *pace) took(n int, waited, timeout time.Duration) error {
	if p.bytes > 0 {
		p.waited += waited
	}
	p.bytes += int64(n)
	if (p.waited - slack*timeout).Seconds() > float64(p.bytes)/slowest {
		return &slowError{*p}
	}
	return nil
}

// A slowError says that a reply comes too slowly to wait for its end.
type slowError struct{ pace pace }

func (e *slowError) Error() string {
	return fmt.Sprintf("no more than %d bytes came in %s", e.pace.bytes, e.pace.waited.Round(time.Second))
}

// Timeout reports true, as net.Error has it.
func (e *slowError) Timeout() bool { return true }

// Hint tells the way out.
func (e *slowError) Hint() string {
	return "the next run goes on where this one stopped; a link that is so slow wants a longer timeout"
}

// Temporary reports true, as net.Error has it.
func (e *slowError) Temporary() bool { return true }

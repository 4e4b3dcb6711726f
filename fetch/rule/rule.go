package rule

import (
	"fmt"
	"time"
)

// Rules say what to fetch and what to delete. The zero value fetches all that
// isn't known and deletes nothing but what is owed.
type Rules struct {
	Delete      Delete
	Start       Start
	MaxSize     int64     // in bytes as the server counts them; 0 is no bound
	MaxMessages int       // in one run; 0 is no bound
	Until       time.Time // begins no message after it, and ends some time later; zero is no bound
}

// Delete says when a message that is kept is deleted on the server.
type Delete struct {
	When  When
	After time.Duration // since it was kept, with AfterWhile
}

// When is the rule for deletion.
type When int

// Owed deletes only what an earlier run owes, which is the configuration's never; Never
// not even that; AtOnce whatever is kept; AfterWhile what was kept long enough ago.
const (
	Owed When = iota
	Never
	AtOnce
	AfterWhile
)

// String returns the rule in the words of the configuration.
func (d Delete) String() string {
	switch day := 24 * time.Hour; {
	case d.When == AtOnce:
		return "fetched"
	case d.When != AfterWhile:
		return "never"
	case d.After%day == 0:
		return fmt.Sprintf("%dd", d.After/day)
	default:
		return d.After.String()
	}
}

// Start says what the very first run does with the messages that are there
// already.
type Start struct {
	Skip bool // mark them as fetched
	Last int  // but for so many at the end of the listing
}

// String returns the rule in the words of the configuration.
func (s Start) String() string {
	switch {
	case !s.Skip:
		return "all"
	case s.Last == 0:
		return "now"
	default:
		return fmt.Sprintf("last %d", s.Last)
	}
}

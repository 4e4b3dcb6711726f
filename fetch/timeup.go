package fetch

import (
	"context"
	"errors"
	"time"
)

// A TimeUpError says that a run took longer than it may, and that what was under way
// then didn't come to its end in the time that it got on top.
type TimeUpError struct{ Overtime time.Duration }

func (e *TimeUpError) Error() string {
	return "the time is up, and what was under way didn't end in another " + e.Overtime.Round(time.Second).String()
}

// Temporary reports true: the next run goes on.
func (e *TimeUpError) Temporary() bool { return true }

// Hint tells the way out.
func (e *TimeUpError) Hint() string {
	return "the next run goes on where this one stopped; a large message on a slow link wants a longer --max-time"
}

// Bounds on how long a run may wait for the server after Rules.Until: as long again as it
// had, so that the message under way comes, but no longer than mostOvertime. They are variables for
// the sake of tests.
var (
	leastOvertime = 3 * time.Second
	mostOvertime  = 10 * time.Minute
)

// limitTo returns a context that ends some time after until.
func limitTo(ctx context.Context, until time.Time) (context.Context, context.CancelFunc) {
	if until.IsZero() {
		return ctx, func() {}
	}
	left := max(time.Until(until), 0)
	overtime := min(max(left, leastOvertime), mostOvertime)
	return context.WithDeadlineCause(ctx, time.Now().Add(left+overtime), &TimeUpError{overtime})
}

// isPast reports whether a bound such as Until is there and lies behind us.
func isPast(until time.Time) bool { return !until.IsZero() && time.Now().After(until) }

// A TurnOverError is the cause with which a run is ended because others wait for its place.
// The message under way, which may have no end, counts as failed if it is cut.
type TurnOverError struct{ After time.Duration }

func (e *TurnOverError) Error() string {
	return "the account was at work for " + e.After.String() + ", and its place went to others that wait"
}

// Temporary reports true: the next run goes on.
func (e *TurnOverError) Temporary() bool { return true }

// Hint tells the way out.
func (e *TurnOverError) Hint() string {
	return "the next run goes on where this one stopped; more --jobs leave more time to each account"
}

// isTimeUp reports whether the context ended because the run took too long, for itself or
// for others.
func isTimeUp(ctx context.Context) bool {
	return isOvertimeUp(ctx) || errors.As(context.Cause(ctx), new(*TurnOverError))
}

// isOvertimeUp reports whether it ended when what was under way had had its time.
func isOvertimeUp(ctx context.Context) bool {
	return errors.As(context.Cause(ctx), new(*TimeUpError))
}

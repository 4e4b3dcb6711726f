package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

// Delete says when a message that was fetched is deleted on the server. The
// zero value is never.
type Delete struct {
	Enabled bool
	After   time.Duration // since it was fetched; 0: as soon as it's safe
}

// DeleteNever leaves messages on the server.
func DeleteNever() Delete { return Delete{} }

// DeleteFetched deletes a message as soon as it lies safely in the mailbox.
func DeleteFetched() Delete { return Delete{Enabled: true} }

// DeleteAfter deletes a message that long after it was fetched.
func DeleteAfter(age time.Duration) Delete { return Delete{Enabled: true, After: age} }

// String returns the policy in the words of the configuration.
func (d Delete) String() string {
	switch {
	case !d.Enabled:
		return "never"
	case d.After == 0:
		return "fetched"
	}
	if day := 24 * time.Hour; d.After%day == 0 {
		return fmt.Sprintf("%dd", d.After/day)
	}
	return d.After.String()
}

// parseDelete reads never, fetched or a duration.
func parseDelete(text string) (Delete, error) {
	switch text {
	case "never":
		return DeleteNever(), nil
	case "fetched":
		return DeleteFetched(), nil
	}
	age, err := ParseDuration(text)
	if err != nil || age == 0 { // To other fetchers a 0 here means never.
		return Delete{}, fault{"no such policy " + quote(text), "use never, fetched or a time such as 14d"}
	}
	return DeleteAfter(age), nil
}

// Start says what the first sync of an account does with the messages that
// are there already. The zero value fetches them all.
type Start struct {
	Recent bool // fetch only the Last newest ones; the others are recorded
	Last   int
}

// StartAll fetches everything.
func StartAll() Start { return Start{} }

// StartNow records what is there and fetches what comes after.
func StartNow() Start { return Start{Recent: true} }

// StartLast fetches the n newest messages and records the others.
func StartLast(n int) Start { return Start{Recent: true, Last: n} }

// String returns the policy in the words of the configuration.
func (s Start) String() string {
	switch {
	case !s.Recent:
		return "all"
	case s.Last == 0:
		return "now"
	}
	return fmt.Sprintf("last %d", s.Last)
}

// parseStart reads all, now or last N.
func parseStart(text string) (Start, error) {
	switch text {
	case "all":
		return StartAll(), nil
	case "now":
		return StartNow(), nil
	}
	digits, isLast := strings.CutPrefix(text, "last ")
	n, err := strconv.ParseUint(strings.TrimSpace(digits), 10, 31)
	if !isLast || err != nil || n == 0 {
		return Start{}, fault{"no such policy " + quote(text), "use all, now or last N"}
	}
	return StartLast(int(n)), nil
}

// parseSize reads none or a size such as 50MB. None is 0.
func parseSize(text string) (int64, error) {
	if text == "none" {
		return 0, nil
	}
	size, err := humanize.ParseBytes(text)
	if err != nil || size == 0 || size > math.MaxInt64 {
		return 0, fault{"not a size " + quote(text), "use none, or a size such as 50MB"}
	}
	return int64(size), nil
}

// parseCount reads none or a number of messages. None is 0.
func parseCount(text string) (int, error) {
	if text == "none" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil || n == 0 {
		return 0, fault{"not a number " + quote(text), "use none, or a number from 1 on"}
	}
	return int(n), nil
}

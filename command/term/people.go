package term

import (
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

// Size shows a number of bytes, or that it isn't known.
func Size(size int64) string {
	if size < 0 {
		return "?"
	}
	return strings.Replace(humanize.Bytes(uint64(size)), "kB", "KB", 1)
}

// Count shows how many there are of a thing.
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Seconds shows how long something took.
func Seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

// Ago shows how far a time is from now.
func Ago(t, now time.Time) string {
	distance := strings.TrimSpace(humanize.RelTime(t, now, "", ""))
	switch {
	case distance == "now":
		return distance
	case t.After(now):
		return "in " + distance
	default:
		return distance + " ago"
	}
}

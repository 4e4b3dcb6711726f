package term

import (
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

// FormatSize shows a number of bytes, or that it isn't known.
func FormatSize(size int64) string {
	if size < 0 {
		return "?"
	}
	return strings.Replace(humanize.Bytes(uint64(size)), "kB", "KB", 1)
}

// FormatCount shows how many there are of a thing.
func FormatCount(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// FormatSeconds shows how long something took.
func FormatSeconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

// FormatAgo shows how far a time is from now.
func FormatAgo(t, now time.Time) string {
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

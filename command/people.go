package command

import (
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

// sizeText shows a number of bytes, or that it isn't known.
func sizeText(size int64) string {
	if size < 0 {
		return "?"
	}
	return strings.Replace(humanize.Bytes(uint64(size)), "kB", "KB", 1)
}

// counting shows how many there are of a thing.
func counting(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// seconds shows how long something took.
func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

// ago shows how far a time is from now.
func ago(t, now time.Time) string {
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

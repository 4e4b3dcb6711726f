package command

import (
	"io"
	"strings"
	"time"

	"github.com/cheggaaa/pb/v3"
	"github.com/mattn/go-runewidth"

	"popfetch/fetch"
)

// A bar is the line of one account at work.
type bar struct {
	*pb.ProgressBar
	account string
	fetch   *fetch.Progress
	rate    rate
}

func newBar(account string, out io.Writer) *bar {
	b := &bar{ProgressBar: pb.New(0), account: account, fetch: &fetch.Progress{}}
	b.Set(pb.Static, true).SetWriter(out)
	b.Start()
	return b
}

// barLayouts are what a line shows, from how many columns on. What matters
// least goes first as it gets narrow.
var barLayouts = []struct {
	columns  int
	template string
}{
	{70, `{{counters . "%s/%s"}} {{bar . }} {{percent . "%.0f%%"}} {{string . "bytes"}} {{string . "speed"}} {{rtime . "%s left" "" ""}}`},
	{56, `{{counters . "%s/%s"}} {{bar . }} {{percent . "%.0f%%"}} {{string . "speed"}} {{rtime . "%s left" "" ""}}`},
	{44, `{{counters . "%s/%s"}} {{bar . }} {{percent . "%.0f%%"}} {{rtime . "%s left" "" ""}}`},
	{30, `{{counters . "%s/%s"}} {{bar . }} {{percent . "%.0f%%"}}`},
	{0, `{{counters . "%s/%s"}} {{percent . "%.0f%%"}}`},
}

// line draws the bar in so many columns.
func (b *bar) line(columns int, now time.Time) string {
	columns = max(1, columns)
	name := runewidth.Truncate(clean(b.account), max(6, columns/4), "…") + " "
	rest := max(1, columns-runewidth.StringWidth(name))
	for _, layout := range barLayouts {
		if columns >= layout.columns {
			b.SetTemplateString(layout.template)
			break
		}
	}
	bytes := b.fetch.Bytes.Load()
	b.rate.measure(now, bytes)
	b.SetWidth(rest).SetTotal(b.fetch.Planned.Load()).SetCurrent(b.fetch.Done.Load())
	b.Set("bytes", sizeText(bytes)).Set("speed", b.rate.String())
	line := strings.Join(strings.Fields(name+b.String()), " ") // what isn't known yet takes no room
	return runewidth.Truncate(line, columns, "")
}

// A rate is how many bytes come in a second, over the last few seconds.
type rate struct {
	at    time.Time
	bytes int64
	value float64
	known bool
}

// How often a rate is measured, and over how long it is evened out.
const (
	rateEvery = time.Second / 2
	rateSpan  = 3 * time.Second
)

func (r *rate) measure(now time.Time, bytes int64) {
	took := now.Sub(r.at)
	switch {
	case r.at.IsZero():
		r.at, r.bytes = now, bytes
		return
	case took < rateEvery:
		return
	}
	current := float64(bytes-r.bytes) / took.Seconds()
	if weight := took.Seconds() / rateSpan.Seconds(); r.known && weight < 1 {
		current = r.value + (current-r.value)*weight
	}
	r.at, r.bytes, r.value, r.known = now, bytes, current, true
}

// String is empty as long as nothing is known.
func (r *rate) String() string {
	if !r.known {
		return ""
	}
	return sizeText(int64(r.value)) + "/s"
}

package term

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/cheggaaa/pb/v3"
	"github.com/mattn/go-runewidth"
)

// Counts tell how far something is: how many messages are planned, how many of
// them are done, and how many bytes that was. Nothing is planned as long as there
// is no connection.
type Counts func() (planned, done, bytes int64)

// A bar is the line of one account at work.
type bar struct {
	*pb.ProgressBar
	name        string
	server      string
	counts      Counts
	bytes, done rate
}

func newBar(account, server string, of Counts, out io.Writer) *bar {
	b := &bar{ProgressBar: pb.New(0), name: Clean(account), server: Clean(server), counts: of}
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
	{76, `{{string . "count"}} {{bar . }} {{string . "percent"}} {{string . "bytes"}} {{string . "speed"}} {{string . "left"}}`},
	{60, `{{string . "count"}} {{bar . }} {{string . "percent"}} {{string . "speed"}} {{string . "left"}}`},
	{46, `{{string . "count"}} {{bar . }} {{string . "percent"}} {{string . "left"}}`},
	{32, `{{string . "count"}} {{bar . }} {{string . "percent"}}`},
	{0, `{{string . "count"}} {{string . "percent"}}`},
}

// widestName is how much room a name has at most in so many columns.
func widestName(columns int) int { return max(6, columns/4) }

// barWidths are those of what stands in front of all bars.
type barWidths struct{ name, digits int }

func (w *barWidths) widenFor(b *bar) {
	w.name = max(w.name, runewidth.StringWidth(b.name))
	planned, _, _ := b.counts()
	w.digits = max(w.digits, len(fmt.Sprint(planned)))
}

// drawLine draws the bar in so many columns. What isn't known yet has its room too,
// so that nothing jumps.
func (b *bar) drawLine(columns int, widths barWidths, now time.Time) string {
	columns = max(1, columns)
	nameWidth := min(widths.name, widestName(columns))
	name := runewidth.FillRight(runewidth.Truncate(b.name, nameWidth, "…"), nameWidth) + " "
	planned, done, bytes := b.counts()
	if planned == 0 {
		return runewidth.Truncate(name+"connecting to "+b.server, columns, "…")
	}
	for _, layout := range barLayouts {
		if columns >= layout.columns {
			b.SetTemplateString(layout.template)
			break
		}
	}
	b.bytes.measure(now, bytes)
	b.done.measure(now, done)
	b.SetWidth(max(1, columns-runewidth.StringWidth(name))).SetTotal(planned).SetCurrent(done)
	b.Set("count", fmt.Sprintf("%*d/%-*d", widths.digits, done, widths.digits, planned))
	b.Set("percent", fmt.Sprintf("%3d%%", 100*done/max(1, planned)))
	b.Set("bytes", fmt.Sprintf("%6s", FormatSize(bytes)))
	b.Set("speed", fmt.Sprintf("%8s", b.formatSpeed()))
	b.Set("left", fmt.Sprintf("%11s", b.formatLeft(planned-done)))
	return strings.TrimRight(runewidth.Truncate(name+b.String(), columns, ""), " ")
}

// formatSpeed is empty as long as nothing is known.
func (b *bar) formatSpeed() string {
	if !b.bytes.known {
		return ""
	}
	return FormatSize(int64(b.bytes.value)) + "/s"
}

// longestLeft is where the time that is left says nothing any more.
const longestLeft = 100 * time.Hour

// formatLeft is how long so many messages will take, or empty.
func (b *bar) formatLeft(messages int64) string {
	if !b.done.known || b.done.value <= 0 {
		return ""
	}
	seconds := float64(messages) / b.done.value
	if seconds >= longestLeft.Seconds() {
		return ""
	}
	left := time.Duration(seconds * float64(time.Second))
	if left >= time.Hour {
		return strings.TrimSuffix(left.Round(time.Minute).String(), "0s") + " left"
	}
	return left.Round(time.Second).String() + " left"
}

// A rate is how much comes in a second, over the last few seconds.
type rate struct {
	at    time.Time
	count int64
	value float64
	known bool
}

// How often a rate is measured, and over how long it is evened out.
const (
	rateEvery = time.Second / 2
	rateSpan  = 3 * time.Second
)

func (r *rate) measure(now time.Time, count int64) {
	took := now.Sub(r.at)
	switch {
	case r.at.IsZero():
		r.at, r.count = now, count
		return
	case took < rateEvery:
		return
	}
	current := float64(count-r.count) / took.Seconds()
	if weight := took.Seconds() / rateSpan.Seconds(); r.known && weight < 1 {
		current = r.value + (current-r.value)*weight
	}
	r.at, r.count, r.value, r.known = now, count, current, true
}

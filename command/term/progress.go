package term

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"
)

// progress draws a bar for each account at work, below the lines that are
// printed meanwhile, and is gone when done. A nil progress draws nothing. All
// its fields are guarded by the ui's lock.
type progress struct {
	ui     *UI
	out    io.Writer
	size   func() (columns, rows int) // of the terminal, at this moment
	bars   []*bar
	drawn  []int // how wide each line is that is on the screen
	pauses int   // while something else has the terminal
	stop   chan struct{}
	done   chan struct{}
}

const drawEvery = 100 * time.Millisecond

// ShowProgress begins to draw if when is "always", or "auto" and a person
// looks; the function that it returns ends it.
func (u *UI) ShowProgress(when string) (stop func()) {
	if u.Quiet || when == "never" || when == "auto" && (u.Trace || !canDraw(u.Err)) {
		return func() {}
	}
	drawer := &progress{ui: u, out: u.Err, size: func() (int, int) { return SizeOf(u.Err) }, stop: make(chan struct{}), done: make(chan struct{})}
	u.progress = drawer
	go drawer.drawUntilStopped()
	return func() {
		close(drawer.stop)
		<-drawer.done
		u.progress = nil
	}
}

func (d *progress) drawUntilStopped() {
	defer close(d.done)
	ticker := time.NewTicker(drawEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			d.redrawBars()
		case <-d.stop:
			d.ui.mu.Lock()
			d.eraseBars()
			d.ui.mu.Unlock()
			return
		}
	}
}

func (d *progress) redrawBars() {
	d.ui.mu.Lock()
	defer d.ui.mu.Unlock()
	if d.pauses == 0 && len(d.bars)+len(d.drawn) > 0 {
		columns, rows := d.size()
		io.WriteString(d.out, d.eraseSequence(columns)+d.drawLines(columns, rows)) // at once, so that it doesn't flicker
	}
}

// printAbove prints something where the bars are, and draws them anew below it.
func (d *progress) printAbove(print func()) {
	if d == nil {
		print()
		return
	}
	d.eraseBars()
	print()
	io.WriteString(d.out, d.drawLines(d.size()))
}

func (d *progress) eraseBars() {
	columns, _ := d.size()
	io.WriteString(d.out, d.eraseSequence(columns))
}

// eraseSequence is what takes the bars off the screen. A terminal that was made
// narrower meanwhile has broken the lines that were drawn before.
func (d *progress) eraseSequence(columns int) string {
	up := 0
	for _, width := range d.drawn {
		up += max(1, (width+columns-1)/columns)
	}
	d.drawn = d.drawn[:0]
	if up == 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%dA\r\x1b[J", up)
}

// drawLines are the bars, each on a line that the terminal doesn't break, and not
// more than there is room for: the way back up ends at the top of the screen.
func (d *progress) drawLines(columns, rows int) string {
	var lines strings.Builder
	var widths barWidths
	for _, b := range d.bars {
		widths.widenFor(b)
	}
	if d.pauses > 0 {
		return ""
	}
	for _, b := range d.bars[:min(len(d.bars), max(1, rows-1))] {
		line := b.drawLine(columns-1, widths, time.Now()) // some break a line that is full
		lines.WriteString(line + "\n")
		d.drawn = append(d.drawn, runewidth.StringWidth(line))
	}
	return lines.String()
}

// YieldTerminal leaves the terminal to something that asks there for a password,
// until resume.
func (u *UI) YieldTerminal() (resume func()) {
	d := u.progress
	if d == nil {
		return func() {}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	d.eraseBars()
	d.pauses++
	return func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		d.pauses--
	}
}

// ShowBar begins a bar for an account, until end; as long as nothing is planned,
// it tells that the server is being connected to.
func (u *UI) ShowBar(account, server string, of Counts) (end func()) {
	d := u.progress
	if d == nil {
		return func() {}
	}
	b := newBar(account, server, of, d.out)
	u.mu.Lock()
	defer u.mu.Unlock()
	d.bars = append(d.bars, b)
	return func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		d.bars = slices.DeleteFunc(d.bars, func(other *bar) bool { return other == b })
	}
}

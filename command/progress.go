package command

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/cheggaaa/pb/v3"

	"popfetch/fetch"
)

// progress draws a bar for each account at work, below the lines that are
// printed meanwhile, and is gone when done. A nil progress draws nothing. All
// its fields are guarded by the ui's lock.
type progress struct {
	ui    *ui
	out   io.Writer
	bars  []*bar
	drawn int // lines
	stop  chan struct{}
	done  chan struct{}
}

type bar struct {
	*pb.ProgressBar
	fetch *fetch.Progress
}

const (
	drawEvery   = 100 * time.Millisecond
	barTemplate = `{{string . "account"}} {{counters . }} {{bar . }} {{percent . }} {{string . "bytes"}} {{rtime . "%s left" "" ""}}`
)

// showProgress begins to draw if when is "always", or "auto" and a person
// looks; the function that it returns ends it.
func (p *program) showProgress(when string) (stop func()) {
	if p.quiet || when == "never" || when == "auto" && (!isTerminal(p.err) || p.trace) {
		return func() {}
	}
	drawer := &progress{ui: p.ui, out: p.err, stop: make(chan struct{}), done: make(chan struct{})}
	p.progress = drawer
	go drawer.run()
	return func() {
		close(drawer.stop)
		<-drawer.done
		p.progress = nil
	}
}

func (d *progress) run() {
	defer close(d.done)
	ticker := time.NewTicker(drawEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			d.redraw()
		case <-d.stop:
			d.ui.mu.Lock()
			d.erase()
			d.ui.mu.Unlock()
			return
		}
	}
}

func (d *progress) redraw() {
	d.ui.mu.Lock()
	defer d.ui.mu.Unlock()
	d.above(func() {})
}

// above prints something where the bars are, and draws them anew below it.
func (d *progress) above(print func()) {
	if d == nil {
		print()
		return
	}
	d.erase()
	print()
	var lines strings.Builder
	for _, b := range d.bars {
		if b.fetch.Planned.Load() > 0 {
			lines.WriteString(b.line() + "\n")
			d.drawn++
		}
	}
	io.WriteString(d.out, lines.String())
}

func (d *progress) erase() {
	if d.drawn > 0 {
		fmt.Fprintf(d.out, "\x1b[%dA\r\x1b[J", d.drawn)
		d.drawn = 0
	}
}

func (b *bar) line() string {
	b.SetTotal(b.fetch.Planned.Load())
	b.SetCurrent(b.fetch.Done.Load())
	b.Set("bytes", sizeText(b.fetch.Bytes.Load()))
	return strings.TrimRight(b.String(), " ")
}

// add begins a bar for an account.
func (d *progress) add(account string) *fetch.Progress {
	if d == nil {
		return nil
	}
	d.ui.mu.Lock()
	defer d.ui.mu.Unlock()
	b := &bar{ProgressBar: pb.ProgressBarTemplate(barTemplate).New(0), fetch: &fetch.Progress{}}
	b.Set("account", account).Set(pb.Static, true).SetWriter(d.out)
	b.Start()
	d.bars = append(d.bars, b)
	return b.fetch
}

// remove takes the bar away.
func (d *progress) remove(of *fetch.Progress) {
	if d == nil {
		return
	}
	d.ui.mu.Lock()
	defer d.ui.mu.Unlock()
	d.bars = slices.DeleteFunc(d.bars, func(b *bar) bool { return b.fetch == of })
}

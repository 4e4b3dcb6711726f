package term

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"popfetch/command/term/termtest"

	"github.com/mattn/go-runewidth"
)

// work is counted while a bar shows it.
type work struct{ planned, done, bytes atomic.Int64 }

func (w *work) counts() (planned, done, bytes int64) {
	return w.planned.Load(), w.done.Load(), w.bytes.Load()
}

func TestProgress(t *testing.T) {
	terminal := termtest.NewScreen(80)
	p := &UI{Out: terminal, Err: terminal}
	stop := p.ShowProgress("always")
	var work work
	end := p.ShowBar("work", "h:995", work.counts)
	p.PrintResult("before anything is planned")
	if got, want := terminal.String(), "before anything is planned\nwork connecting to h:995\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	resume := p.YieldTerminal()
	p.PrintResult("a question")
	p.progress.redrawBars()
	if got, want := terminal.String(), "before anything is planned\na question\n"; got != want {
		t.Errorf("while somebody is asked: got %q, want %q", got, want)
	}
	resume()
	work.planned.Store(4)
	work.done.Add(1)
	work.bytes.Add(2000)
	p.PrintResult("a line above the bar")
	if got, want := terminal.String(), "before anything is planned\na question\na line above the bar\nwork 1/4 ["; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if want := "]  25% 2.0 KB\n"; !strings.HasSuffix(terminal.String(), want) {
		t.Errorf("%q has no %q", terminal, want)
	}
	end()
	p.PrintResult("a line after it")
	stop()
	p.PrintResult("the end")
	if got, want := terminal.String(), "before anything is planned\na question\na line above the bar\na line after it\nthe end\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNoProgress(t *testing.T) {
	var terminal bytes.Buffer
	for _, test := range []struct {
		when         string
		quiet, trace bool
	}{{when: "never"}, {when: "auto"}, {when: "auto", trace: true}, {when: "always", quiet: true}} {
		u := &UI{Out: &terminal, Err: &terminal, Quiet: test.quiet, Trace: test.trace}
		stop := u.ShowProgress(test.when)
		if u.progress != nil {
			t.Errorf("%+v draws", test)
		}
		u.ShowBar("work", "h:995", new(work).counts)()
		stop()
	}
	if terminal.Len() > 0 {
		t.Errorf("printed %q", terminal.String())
	}
}

// TestBarTellsSpeed has half of the mail after ten seconds.
func TestBarTellsSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var work work
		b := newBar("work", "h:995", work.counts, &bytes.Buffer{})
		work.planned.Store(200)
		var line string
		for range 100 {
			line = b.drawLine(79, barWidths{4, 3}, time.Now())
			time.Sleep(drawEvery)
			work.done.Add(1)
			work.bytes.Add(50_000)
		}
		for _, want := range []string{"work  99/200 [", "]  49% 5.0 MB 500 KB/s    10s left"} {
			if !strings.Contains(line, want) {
				t.Errorf("%q isn't in %q", want, line)
			}
		}
		if got := runewidth.StringWidth(line); got != 79 {
			t.Errorf("it has %d columns", got)
		}
		// What no more comes in gets slow.
		for range 20 {
			time.Sleep(time.Second)
			line = b.drawLine(79, barWidths{4, 3}, time.Now())
		}
		if strings.Contains(line, "KB/s") {
			t.Errorf("still fast: %q", line)
		}
	})
}

// TestBarFits draws bars as narrow as terminals get.
func TestBarFits(t *testing.T) {
	for _, account := range []string{"work", "me@pop.example.org", "来週の打ち合わせ来週の打ち合わせ", "\x1b[2J"} {
		b := newBar(account, "h:995", func() (_, _, _ int64) { return 1_000_000, 999_999, 5_000_000_000 }, &bytes.Buffer{})
		now := time.Now()
		for columns := -1; columns < 200; columns++ {
			b.bytes = rate{at: now, value: 123_000_000, known: true}
			b.done = rate{at: now, value: 0.00001, known: true}
			line := b.drawLine(columns, barWidths{100, 7}, now)
			if runewidth.StringWidth(line) > max(1, columns) || strings.ContainsFunc(line, IsHarmful) {
				t.Errorf("%d columns: %q", columns, line)
			}
			if columns >= 32 && !strings.Contains(line, " 999999/1000000 ") {
				t.Errorf("%d columns, and no numbers: %q", columns, line)
			}
		}
	}
}

// TestProgressOnAScreen draws more bars than there is room for, while the
// terminal gets narrower and wider.
func TestProgressOnAScreen(t *testing.T) {
	const rows = 6
	terminal := termtest.NewScreen(80)
	u := &UI{Out: terminal, Err: terminal}
	d := &progress{ui: u, out: terminal, size: func() (int, int) { return terminal.Columns, rows }}
	u.progress = d
	for i := range rows + 2 {
		u.ShowBar(fmt.Sprint("account-", i), "h:995", func() (_, _, _ int64) { return 5, 0, 0 })
	}
	var printed strings.Builder
	for i, columns := range []int{80, 20, 21, 7, 200, 1, 80} {
		terminal.Columns = columns
		terminal.Widest = 0
		d.redrawBars()
		u.PrintResult("%d", i)
		fmt.Fprintln(&printed, i)
		got, found := strings.CutPrefix(terminal.String(), printed.String())
		if !found || strings.Count(got, "\n") != rows-1 {
			t.Errorf("%d columns: after %q there is %q", columns, &printed, terminal)
		}
		if terminal.Widest >= max(2, columns) {
			t.Errorf("%d columns: a line has %d", columns, terminal.Widest)
		}
	}
	d.bars = nil
	d.redrawBars()
	if terminal.String() != printed.String() {
		t.Errorf("left: %q", terminal)
	}
}

// TestNothingIsDrawn where there is nothing to draw on.
func TestNothingIsDrawn(t *testing.T) {
	file, err := os.Create(t.TempDir() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if canDraw(file) {
		t.Error("a file is a terminal")
	}
	if columns, rows := SizeOf(file); columns != usualColumns || rows != usualRows {
		t.Errorf("a file has %d columns and %d rows", columns, rows)
	}
	d := &progress{ui: &UI{}, out: file, size: func() (int, int) { return 80, 24 }}
	d.redrawBars()
	if info, err := file.Stat(); err != nil || info.Size() > 0 {
		t.Errorf("printed something, or %v", err)
	}
}

func TestTimeLeft(t *testing.T) {
	tests := []struct {
		messages int64
		rate     float64
		want     string
	}{
		{10, 0, ""},
		{0, 5, "0s left"},
		{10, 5, "2s left"},
		{800, 10, "1m20s left"},
		{36_100, 10, "1h0m left"},
		{3_599_000, 10, "99h58m left"},
		{4_000_000, 10, ""},
	}
	for _, test := range tests {
		b := &bar{done: rate{value: test.rate, known: true}}
		if got := b.formatLeft(test.messages); got != test.want {
			t.Errorf("%d at %v: got %q, want %q", test.messages, test.rate, got, test.want)
		}
	}
	if got := (&bar{}).formatLeft(10); got != "" {
		t.Errorf("nothing is known, and yet %q", got)
	}
}

// TestBarsAreAligned whatever the accounts are called.
func TestBarsAreAligned(t *testing.T) {
	now := time.Now()
	var starts []int
	var bars []*bar
	var widths barWidths
	for i, account := range []string{"work", "来週", "a-long-name"} {
		b := newBar(account, "h:995", func() (_, _, _ int64) { return int64(8 + i), 0, 0 }, &bytes.Buffer{})
		widths.widenFor(b)
		bars = append(bars, b)
	}
	for _, b := range bars {
		before, _, _ := strings.Cut(b.drawLine(79, widths, now), "[")
		starts = append(starts, runewidth.StringWidth(before))
	}
	if starts[0] != starts[1] || starts[0] != starts[2] {
		t.Errorf("they start at %v", starts)
	}
}

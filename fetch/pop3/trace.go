package pop3

import (
	"fmt"
	"io"
	"strconv"
	"time"
)

// trace writes the dialogue down as it happens. It is given what may be shown
// by those who know the command, and so has no secrets to hide.
type trace struct {
	w     io.Writer
	start time.Time
}

func newTrace(w io.Writer) *trace {
	if w == nil {
		return nil
	}
	return &trace{w: w, start: time.Now()}
}

// printf writes a line at once, as several sessions may have one writer.
func (t *trace) printf(format string, args ...any) {
	if t != nil {
		text := fmt.Sprintf(format, args...)
		fmt.Fprintf(t.w, "%8.3f %s\n", time.Since(t.start).Seconds(), text)
	}
}

func (t *trace) sentCommand(command string) {
	if t != nil {
		t.printf("C: %s", escapeControls(command))
	}
}

func (t *trace) receivedLine(line string) {
	if t != nil {
		t.printf("S: %s", escapeControls(line))
	}
}

// escapeControls shows control characters as Go does, so that none reaches a terminal.
func escapeControls(text string) string {
	quoted := strconv.Quote(text)
	return quoted[1 : len(quoted)-1]
}

func (t *trace) receivedLines(n int) { t.printf("S: (%d lines)", n) }

func (t *trace) receivedBody(bytes int64) { t.printf("S: (%d bytes)", bytes) }

package term

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Rules for what a person sees:
//
//   - stdout has what was asked for and nothing else;
//   - stderr has "popfetch: ACCOUNT: what failed: why", then, where there is a
//     way out, "popfetch: hint: …"; no capital, no full stop;
//   - a line is written at once and as a whole, also while several accounts
//     are at work and progress is shown;
//   - nothing that comes from a server or a message reaches a terminal before
//     Clean made it harmless.

// UI writes to the person or the script that started the program.
type UI struct {
	mu       sync.Mutex
	Out, Err io.Writer
	Verbose  bool
	Quiet    bool
	Trace    bool             // the dialogue with the server goes to err too
	Colour   string           // a value of --color; empty is auto
	Now      func() time.Time // puts the time in front of each line; nil: no time
	progress *progress        // drawn below the lines, nil if not
	Lost     error            // the first that writing to out met
	Unread   func()           // ends what is done for a reader of out that has gone; may be nil
}

// PrintResult prints a line of what was asked for.
func (u *UI) PrintResult(format string, args ...any) {
	u.PrintLine(u.Out, "", fmt.Sprintf(format, args...))
}

// Info prints a detail about an account, with --verbose only.
func (u *UI) Info(account, format string, args ...any) {
	if u.Verbose {
		u.PrintNote(account, format, args...)
	}
}

// InfoInteractive prints a detail that a person who waits for the end wants to know, and
// a log doesn't.
func (u *UI) InfoInteractive(account, format string, args ...any) {
	if u.Verbose || u.Now == nil && IsTerminal(u.Err) {
		u.PrintNote(account, format, args...)
	}
}

// PrintNote prints something about an account.
func (u *UI) PrintNote(account, format string, args ...any) {
	if !u.Quiet {
		u.PrintLine(u.Err, "", LinePrefix(account)+Clean(fmt.Sprintf(format, args...)))
	}
}

// Warn prints something about an account that one should know.
func (u *UI) Warn(account, format string, args ...any) {
	if !u.Quiet {
		u.WarnAlways(account, format, args...)
	}
}

// WarnAlways is a warning that --quiet doesn't silence.
func (u *UI) WarnAlways(account, format string, args ...any) {
	u.PrintLine(u.Err, Yellow, LinePrefix(account)+Clean(fmt.Sprintf(format, args...)))
}

// PrintError prints an error, which may take several lines, and the way out of it,
// if there is one.
func (u *UI) PrintError(account string, lines []string, hint string) {
	text := make([]string, len(lines))
	for i, line := range lines {
		text[i] = u.timeStamp() + u.paint(u.Err, Red, LinePrefix(account)+Clean(line))
	}
	if hint != "" {
		text = append(text, u.timeStamp()+LinePrefix("")+"hint: "+Clean(hint))
	}
	u.WriteLine(u.Err, strings.Join(text, "\n"))
}

// PrintLine prints a line in a colour, or in none, behind the time where lines have
// one.
func (u *UI) PrintLine(w io.Writer, colour, text string) {
	u.WriteLine(w, u.timeStamp()+u.paint(w, colour, text))
}

// timeStamp is the time in front of a line, in a program that stays.
func (u *UI) timeStamp() string {
	if u.Now == nil {
		return ""
	}
	return u.Now().Format(time.DateTime) + " "
}

func LinePrefix(account string) string {
	if account == "" {
		return "popfetch: "
	}
	return "popfetch: " + account + ": "
}

func (u *UI) WriteLine(w io.Writer, text string) { u.writeText(w, text+"\n") }

func (u *UI) writeText(w io.Writer, text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.progress.printAbove(func() {
		_, err := io.WriteString(w, text)
		if err == nil || w != u.Out || u.Lost != nil {
			return
		}
		u.Lost = err
		if IsUnread(err) && u.Unread != nil {
			u.Unread()
		}
	})
}

// Tracer returns a writer that puts the account before each line of its
// dialogue.
func (u *UI) Tracer(account string) io.Writer { return &traceWriter{u, account} }

type traceWriter struct {
	ui      *UI
	account string
}

// Write implements io.Writer, for whole lines.
func (t *traceWriter) Write(p []byte) (int, error) {
	t.ui.PrintLine(t.ui.Err, "", t.account+" "+strings.TrimSuffix(string(p), "\n"))
	return len(p), nil
}

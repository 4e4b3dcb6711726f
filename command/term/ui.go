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

// Result prints a line of what was asked for.
func (u *UI) Result(format string, args ...any) {
	u.Say(u.Out, "", fmt.Sprintf(format, args...))
}

// Info prints a detail about an account, with --verbose only.
func (u *UI) Info(account, format string, args ...any) {
	if u.Verbose {
		u.Remark(account, format, args...)
	}
}

// Mention prints a detail that a person who waits for the end wants to know, and
// a log doesn't.
func (u *UI) Mention(account, format string, args ...any) {
	if u.Verbose || u.Now == nil && IsTerminal(u.Err) {
		u.Remark(account, format, args...)
	}
}

// Remark prints something about an account.
func (u *UI) Remark(account, format string, args ...any) {
	if !u.Quiet {
		u.Say(u.Err, "", Prefix(account)+Clean(fmt.Sprintf(format, args...)))
	}
}

// Warn prints something about an account that one should know.
func (u *UI) Warn(account, format string, args ...any) {
	if !u.Quiet {
		u.Insist(account, format, args...)
	}
}

// Insist is a warning that --quiet doesn't silence.
func (u *UI) Insist(account, format string, args ...any) {
	u.Say(u.Err, Yellow, Prefix(account)+Clean(fmt.Sprintf(format, args...)))
}

// Complain prints an error, which may take several lines, and the way out of it,
// if there is one.
func (u *UI) Complain(account string, lines []string, hint string) {
	text := make([]string, len(lines))
	for i, line := range lines {
		text[i] = u.stamp() + u.paint(u.Err, Red, Prefix(account)+Clean(line))
	}
	if hint != "" {
		text = append(text, u.stamp()+Prefix("")+"hint: "+Clean(hint))
	}
	u.Line(u.Err, strings.Join(text, "\n"))
}

// Say prints a line in a colour, or in none, behind the time where lines have
// one.
func (u *UI) Say(w io.Writer, colour, text string) {
	u.Line(w, u.stamp()+u.paint(w, colour, text))
}

// stamp is the time in front of a line, in a program that stays.
func (u *UI) stamp() string {
	if u.Now == nil {
		return ""
	}
	return u.Now().Format(time.DateTime) + " "
}

func Prefix(account string) string {
	if account == "" {
		return "popfetch: "
	}
	return "popfetch: " + account + ": "
}

func (u *UI) Line(w io.Writer, text string) { u.write(w, text+"\n") }

func (u *UI) write(w io.Writer, text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.progress.above(func() {
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
	t.ui.Say(t.ui.Err, "", t.account+" "+strings.TrimSuffix(string(p), "\n"))
	return len(p), nil
}

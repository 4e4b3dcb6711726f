package command

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
//     clean made it harmless.

// ui writes to the person or the script that started the program.
type ui struct {
	mu       sync.Mutex
	out, err io.Writer
	verbose  bool
	quiet    bool
	trace    bool             // the dialogue with the server goes to err too
	colour   string           // a value of --color; empty is auto
	now      func() time.Time // puts the time in front of each line; nil: no time
	progress *progress        // drawn below the lines, nil if not
	lost     error            // the first that writing to out met
	unread   func()           // ends what is done for a reader of out that has gone; may be nil
}

// result prints a line of what was asked for.
func (u *ui) result(format string, args ...any) {
	u.say(u.out, "", fmt.Sprintf(format, args...))
}

// info prints a detail about an account, with --verbose only.
func (u *ui) info(account, format string, args ...any) {
	if u.verbose {
		u.remark(account, format, args...)
	}
}

// mention prints a detail that a person who waits for the end wants to know, and
// a log doesn't.
func (u *ui) mention(account, format string, args ...any) {
	if u.verbose || u.now == nil && isTerminal(u.err) {
		u.remark(account, format, args...)
	}
}

// remark prints something about an account.
func (u *ui) remark(account, format string, args ...any) {
	if !u.quiet {
		u.say(u.err, "", prefix(account)+clean(fmt.Sprintf(format, args...)))
	}
}

// warn prints something about an account that one should know.
func (u *ui) warn(account, format string, args ...any) {
	if !u.quiet {
		u.insist(account, format, args...)
	}
}

// insist is a warning that --quiet doesn't silence.
func (u *ui) insist(account, format string, args ...any) {
	u.say(u.err, yellow, prefix(account)+clean(fmt.Sprintf(format, args...)))
}

// complain prints an error, which may take several lines, and the way out of it,
// if there is one.
func (u *ui) complain(account string, lines []string, hint string) {
	text := make([]string, len(lines))
	for i, line := range lines {
		text[i] = u.stamp() + u.paint(u.err, red, prefix(account)+clean(line))
	}
	if hint != "" {
		text = append(text, u.stamp()+prefix("")+"hint: "+clean(hint))
	}
	u.line(u.err, strings.Join(text, "\n"))
}

// say prints a line in a colour, or in none, behind the time where lines have
// one.
func (u *ui) say(w io.Writer, colour, text string) {
	u.line(w, u.stamp()+u.paint(w, colour, text))
}

// stamp is the time in front of a line, in a program that stays.
func (u *ui) stamp() string {
	if u.now == nil {
		return ""
	}
	return u.now().Format(time.DateTime) + " "
}

func prefix(account string) string {
	if account == "" {
		return "popfetch: "
	}
	return "popfetch: " + account + ": "
}

func (u *ui) line(w io.Writer, text string) { u.write(w, text+"\n") }

func (u *ui) write(w io.Writer, text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.progress.above(func() {
		_, err := io.WriteString(w, text)
		if err == nil || w != u.out || u.lost != nil {
			return
		}
		u.lost = err
		if isUnread(err) && u.unread != nil {
			u.unread()
		}
	})
}

// tracer returns a writer that puts the account before each line of its
// dialogue.
func (u *ui) tracer(account string) io.Writer { return &traceWriter{u, account} }

type traceWriter struct {
	ui      *ui
	account string
}

// Write implements io.Writer, for whole lines.
func (t *traceWriter) Write(p []byte) (int, error) {
	t.ui.say(t.ui.err, "", t.account+" "+strings.TrimSuffix(string(p), "\n"))
	return len(p), nil
}

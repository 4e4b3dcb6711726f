package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/term"

	"popfetch/config"
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

// fail prints an error and the way out of it.
func (u *ui) fail(account string, err error) {
	if errors.Is(err, errUnread) {
		return
	}
	var text []string
	if problems, ok := errors.AsType[*config.Error](err); ok {
		for line := range strings.SplitSeq(problems.Error(), "\n") {
			text = append(text, "popfetch: "+clean(line))
		}
	} else {
		text = append(text, prefix(account)+clean(plainText(err)))
	}
	for i := range text {
		text[i] = u.stamp() + u.paint(u.err, red, text[i])
	}
	if hint := hintFor(err); hint != "" {
		text = append(text, u.stamp()+"popfetch: hint: "+clean(hint))
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

// clean makes text harmless for a terminal: control characters, and those
// that change the direction of writing or can't be seen, are shown escaped. Of the
// marks on a letter those are left out that would reach into other lines.
func clean(text string) string {
	if !strings.ContainsFunc(text, harmful) && !strings.ContainsFunc(text, unicode.IsMark) && strings.ToValidUTF8(text, "") == text {
		return text
	}
	var b strings.Builder
	marks := 0
	for _, r := range text {
		if marks++; !unicode.IsMark(r) {
			marks = 0
		}
		switch {
		case marks > maxMarks:
		case harmful(r):
			b.WriteString(escaped(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// maxMarks is how many marks a letter has at most, in a row: Tibetan and Hebrew have
// that many.
const maxMarks = 8

// harmful reports whether a character is more than a letter, a mark, a sign or a
// blank of some kind. A letter that can't be seen, such as U+3164, is.
func harmful(r rune) bool {
	return !unicode.IsGraphic(r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// escaped is a character as Go writes it in quotes, such as \x1b or \u202e.
func escaped(r rune) string { return strings.Trim(strconv.QuoteRuneToASCII(r), "'") }

// isTerminal reports whether a person looks at w.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// The size that a terminal is thought to have where it doesn't tell.
const usualColumns, usualRows = 80, 24

// sizeOf returns the size of the terminal that w is, at this moment.
func sizeOf(w any) (columns, rows int) {
	if f, ok := w.(*os.File); ok {
		if columns, rows, err := term.GetSize(int(f.Fd())); err == nil && columns > 0 && rows > 0 {
			return columns, rows
		}
	}
	return usualColumns, usualRows
}

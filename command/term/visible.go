package term

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// A MessageWriter is what messages are written to.
type MessageWriter interface {
	io.Writer
	Flush() error
}

// MessageWriter returns stdout: as it is, or, where it is a terminal that isn't
// to have them raw, with messages made harmless for it.
func (u *UI) MessageWriter(isRaw bool) MessageWriter {
	out := bufio.NewWriterSize(u.Out, 64<<10)
	if isRaw || !IsTerminal(u.Out) {
		return out
	}
	return &visibleWriter{out: out}
}

// A visibleWriter shows a message on a terminal. What the terminal would obey
// comes out escaped: control characters of ASCII and of Latin 1, what changes the
// direction of writing, and bytes that aren't UTF-8. Line ends and tabs stay.
type visibleWriter struct {
	out  *bufio.Writer
	rest []byte // the start of a character, or a CR whose LF may come
}

// Write implements io.Writer. What it can't judge yet waits for the next call,
// or for Flush.
func (v *visibleWriter) Write(text []byte) (int, error) {
	all := append(v.rest, text...)
	judged := len(all) - len(undecidedEnd(all))
	if err := v.showText(all[:judged]); err != nil {
		return 0, err
	}
	v.rest = append(v.rest[:0], all[judged:]...)
	return len(text), nil
}

// Flush shows the rest, behind which nothing comes.
func (v *visibleWriter) Flush() error {
	if err := v.showText(v.rest); err != nil {
		return err
	}
	v.rest = nil
	return v.out.Flush()
}

// undecidedEnd is the end of a text that what follows decides about.
func undecidedEnd(text []byte) []byte {
	if n := len(text); n > 0 && text[n-1] == '\r' {
		return text[n-1:]
	}
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		end := text[len(text)-n:]
		if utf8.RuneStart(end[0]) {
			if utf8.FullRune(end) {
				break
			}
			return end
		}
	}
	return nil
}

// showText writes a text, escaped where it has to be.
func (v *visibleWriter) showText(text []byte) error {
	_, err := v.out.Write(nil) // an error that it met before
	for len(text) > 0 && err == nil {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && size == 1:
			_, err = fmt.Fprintf(v.out, `\x%02x`, text[0])
		case isLayout(text), !IsHarmful(r), r == zeroWidthJoiner, r == zeroWidthNonJoiner:
			_, err = v.out.Write(text[:size])
		default:
			_, err = v.out.WriteString(escapeRune(r))
		}
		text = text[size:]
	}
	return err
}

// isLayout reports whether a text begins with a tab or a line end. A CR alone is
// none: what follows it would be written over what stands before.
func isLayout(text []byte) bool {
	return text[0] == '\t' || text[0] == '\n' || bytes.HasPrefix(text, []byte("\r\n"))
}

// Letters of Persian and of India's languages, and some emoji, are written with
// these.
const zeroWidthNonJoiner, zeroWidthJoiner = '\u200c', '\u200d'

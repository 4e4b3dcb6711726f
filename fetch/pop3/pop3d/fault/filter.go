package fault

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"popfetch/fetch/pop3/pop3d"
)

// errCut is what a session gets to see that CutBody has ended.
var errCut = errors.New("pop3d: cut by request")

// filterAnswer puts a filter up and lets the command be carried out.
func filterAnswer(wrap func(c *pop3d.Conn, w io.Writer) io.Writer) pop3d.Intercept {
	return func(c *pop3d.Conn, _ pop3d.Command) bool {
		c.Filter(func(w io.Writer) io.Writer { return wrap(c, w) })
		return false
	}
}

// Unanswered lets the command be carried out, and the answer get lost. After
// QUIT the messages are deleted and the connection closed without a word.
func Unanswered() pop3d.Intercept {
	return filterAnswer(func(*pop3d.Conn, io.Writer) io.Writer { return io.Discard })
}

// Slowly answers a byte at a time, and waits after each.
func Slowly(d time.Duration) pop3d.Intercept {
	return filterAnswer(func(c *pop3d.Conn, w io.Writer) io.Writer {
		return writerFunc(func(p []byte) (int, error) {
			for i := range p {
				if _, err := w.Write(p[i : i+1]); err != nil {
					return i, err
				}
				c.Sleep(d)
			}
			return len(p), nil
		})
	})
}

// CutBody cuts the connection after n bytes of the answer behind its first
// line. Doubled dots count; if the answer is over by then nothing happens.
func CutBody(n int64) pop3d.Intercept {
	return filterAnswer(func(c *pop3d.Conn, w io.Writer) io.Writer {
		left, inBody := n, false
		return writerFunc(func(p []byte) (int, error) {
			before := 0
			if !inBody {
				before = bytes.IndexByte(p, '\n') + 1
				if inBody = before > 0; !inBody {
					before = len(p)
				}
			}
			allowed := before + int(min(left, int64(len(p)-before)))
			left -= int64(allowed - before)
			written, err := w.Write(p[:allowed])
			if err == nil && allowed < len(p) {
				c.Cut()
				err = errCut
			}
			return written, err
		})
	})
}

// NoFinalDot leaves out the dot, with its CRLF, that ends an answer of several
// lines. The server then goes on as if it had been sent.
func NoFinalDot() pop3d.Intercept {
	return filterAnswer(func(_ *pop3d.Conn, w io.Writer) io.Writer {
		const dot = len(".\r\n")
		var held []byte
		refused := false
		return writerFunc(func(p []byte) (int, error) {
			refused = refused || held == nil && bytes.HasPrefix(p, []byte("-"))
			if refused {
				return w.Write(p)
			}
			held = append(held, p...)
			ready := max(0, len(held)-dot)
			_, err := w.Write(held[:ready])
			held = append(held[:0], held[ready:]...)
			return len(p), err
		})
	})
}

// Rewrite answers with what line makes of each line of the right answer, the
// first and the final dot among them.
func Rewrite(line func(string) string) pop3d.Intercept {
	return filterAnswer(func(_ *pop3d.Conn, w io.Writer) io.Writer {
		var held []byte
		return writerFunc(func(p []byte) (int, error) {
			held = append(held, p...)
			for {
				text, rest, whole := bytes.Cut(held, []byte("\r\n"))
				if !whole {
					return len(p), nil
				}
				if _, err := io.WriteString(w, line(string(text))+"\r\n"); err != nil {
					return 0, err
				}
				held = rest
			}
		})
	})
}

// WrongSizes answers LIST with what size makes of a message's number and true
// size.
func WrongSizes(size func(n int, size int64) int64) pop3d.Intercept {
	return When(Verb("LIST"), Rewrite(func(line string) string {
		field := strings.Fields(line)
		if len(field) < 2 {
			return line
		}
		number := field[len(field)-2:]
		n, errN := strconv.Atoi(number[0])
		old, errOld := strconv.ParseInt(number[1], 10, 64)
		if errN == nil && errOld == nil {
			number[1] = strconv.FormatInt(size(n, old), 10)
		}
		return strings.Join(field, " ")
	}))
}

// A writerFunc is a function that writes.
type writerFunc func(p []byte) (int, error)

// Write calls the function.
func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

package secret

import (
	"context"
	"io"
	"os"
	"strings"
)

// AskLine asks on the terminal what is no secret. The answer is echoed, and may be
// empty. Where there is no terminal, the error wraps ErrNoTerminal.
func AskLine(ctx context.Context, question string) (string, error) {
	text, err := askOnce(ctx, question, seen)
	return strings.TrimSpace(text), err
}

// seen reads what the person sees, too.
var seen = reader{read: readLine, echoes: true}

// maxLine bounds an answer, in bytes.
const maxLine = 4 << 10

// readLine reads to the end of the line and no further: what follows may have
// been typed for the next question.
func readLine(in *os.File) (line []byte, err error) {
	next := make([]byte, 1)
	for len(line) < maxLine {
		n, err := in.Read(next)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, io.EOF
		}
		if next[0] == '\n' {
			return line, nil
		}
		line = append(line, next[0])
	}
	return nil, io.ErrShortBuffer
}

// HasTerminal reports whether there is a terminal to ask on.
func HasTerminal() bool {
	in, out, err := terminal()
	if err != nil {
		return false
	}
	_, _ = in.Close(), out.Close()
	return true
}

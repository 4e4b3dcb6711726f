package pipe

import "bytes"

const (
	// maxTail is how much of what a command says is remembered, from the end.
	maxTail = 4 << 10

	// maxLine is how much of its last line is shown.
	maxLine = 400
)

// A tail keeps the end of what is written to it.
type tail struct{ text []byte }

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p[max(0, len(p)-maxTail):]...)
	if over := len(t.text) - maxTail; over > 0 {
		t.text = append(t.text[:0], t.text[over:]...)
	}
	return len(p), nil
}

// lastLine is the last line that says something.
func (t *tail) lastLine() string {
	line := bytes.TrimSpace(t.text)
	line = bytes.TrimSpace(line[bytes.LastIndexByte(line, '\n')+1:])
	return string(line[:min(len(line), maxLine)])
}

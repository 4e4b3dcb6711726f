package shell

import "bytes"

const (
	// maxTail is how much of what a command says is remembered, from the end.
	maxTail = 4 << 10

	// maxLine is how much of its last line is shown.
	maxLine = 400
)

// A Complaint is an io.Writer that keeps the end of what a command says.
type Complaint struct{ text []byte }

// Write implements io.Writer and never fails.
func (c *Complaint) Write(p []byte) (int, error) {
	c.text = append(c.text, p[max(0, len(p)-maxTail):]...)
	if over := len(c.text) - maxTail; over > 0 {
		c.text = append(c.text[:0], c.text[over:]...)
	}
	return len(p), nil
}

// String returns the last line that says something, or its beginning.
func (c *Complaint) String() string {
	line := bytes.TrimSpace(c.text)
	line = bytes.TrimSpace(line[bytes.LastIndexByte(line, '\n')+1:])
	return string(line[:min(len(line), maxLine)])
}

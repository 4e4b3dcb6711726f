package shell

import "bytes"

const (
	// maxHead is how much of what a command says is remembered from the
	// beginning, and shown of it.
	maxHead = 200

	// maxTail is how much is remembered from the end.
	maxTail = 4 << 10

	// maxLine is how much of its last line is shown.
	maxLine = 400
)

// A Complaint is an io.Writer that keeps the beginning and the end of what a
// command says.
type Complaint struct{ head, tail []byte }

// Write implements io.Writer and never fails.
func (c *Complaint) Write(p []byte) (int, error) {
	c.head = append(c.head, p[:min(len(p), maxHead-len(c.head))]...)
	c.tail = append(c.tail, p[max(0, len(p)-maxTail):]...)
	if over := len(c.tail) - maxTail; over > 0 {
		c.tail = append(c.tail[:0], c.tail[over:]...)
	}
	return len(p), nil
}

// Beginning returns what the command said first.
func (c *Complaint) Beginning() string { return string(c.head) }

// LastLine returns the last line that says something, or its beginning.
func (c *Complaint) LastLine() string {
	line := bytes.TrimSpace(c.tail)
	line = bytes.TrimSpace(line[bytes.LastIndexByte(line, '\n')+1:])
	return string(line[:min(len(line), maxLine)])
}

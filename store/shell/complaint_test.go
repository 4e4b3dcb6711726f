package shell

import (
	"strings"
	"testing"
)

// TestComplaint keeps no more of what a command says than may be shown.
func TestComplaint(t *testing.T) {
	var c Complaint
	for range 1000 {
		c.Write([]byte("a line of a command that says too much\n"))
	}
	c.Write([]byte(strings.Repeat("b", 1<<20) + "\nthe last\r\n \n"))
	if c.LastLine() != "the last" || cap(c.tail) > 4*maxTail {
		t.Errorf("%q, with %d bytes", c.LastLine(), cap(c.tail))
	}
	c.Write([]byte(strings.Repeat("c", 2*maxLine)))
	if got := c.LastLine(); got != strings.Repeat("c", maxLine) {
		t.Errorf("%d bytes", len(got))
	}
}

package command

import (
	"fmt"
	"strings"
	"sync"

	"popfetch/command/term"
)

// A total is what the syncs of several accounts brought.
type total struct {
	mu       sync.Mutex
	messages int
	bytes    int64
}

func (t *total) add(o outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.messages += o.report.New
	t.bytes += o.report.Bytes
}

// printSummary prints the last line of a sync of several accounts, which names
// those that failed: their lines may be far up.
func (p *program) printSummary(accounts []account, errs []error, all *total) {
	var failed []string
	for i, err := range errs {
		if err != nil {
			failed = append(failed, titleOf(accounts[i]))
		}
	}
	text := fmt.Sprintf("popfetch: %s: %s, ", term.FormatCount(len(accounts), "account"), newMessages(all.messages, all.bytes))
	if len(failed) == 0 {
		p.PrintLine(p.Err, "", text+"all went well")
		return
	}
	p.PrintLine(p.Err, term.Red, fmt.Sprintf("%s%d failed: %s", text, len(failed), strings.Join(failed, ", ")))
}

// newMessages is how many there are, and how large.
func newMessages(n int, bytes int64) string {
	return fmt.Sprintf("%s (%s)", term.FormatCount(n, "new message"), term.FormatSize(bytes))
}

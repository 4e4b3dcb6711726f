package pop3d

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"sync"
	"time"
)

const (
	maxQueue   = 1024     // lines read ahead
	maxLine    = 12290    // RFC 5034 section 4: 12288 octets of base64, and CRLF
	readBuffer = 32 << 10 // what is read at once; Session.Flights speaks of it
)

// errLineTooLong ends a session whose client sends a line without an end.
var errLineTooLong = errors.New("pop3d: line too long")

// A feed reads the client's lines ahead, in a goroutine of its own, so that a
// client may write commands while the server is blocked writing to it. It
// stops after STLS until it is told how to go on, because what follows is
// another language. The reader is owned by the goroutine, but by the session
// while the feed is paused.
type feed struct {
	reader *bufio.Reader
	ended  chan struct{} // closed when the goroutine has returned

	mu      sync.Mutex
	changed *sync.Cond
	lines   []string
	err     error // why there will be no more lines
	reading bool  // the connection has nothing to read, and is being waited for
	paused  bool  // after STLS
	discard bool  // nobody wants the lines any more
}

func newFeed() *feed {
	f := &feed{ended: make(chan struct{})}
	f.changed = sync.NewCond(&f.mu)
	return f
}

// startReading begins reading lines from r.
func (f *feed) startReading(r io.Reader) {
	f.reader = bufio.NewReaderSize(r, readBuffer)
	go func() {
		defer close(f.ended)
		for f.putLine(readLine(f.reader)) {
		}
	}()
}

// readLine reads a line and cuts off its end, CRLF or LF.
func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	if len(line) > maxLine {
		return "", errLineTooLong
	}
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(string(line[:len(line)-1]), "\r"), nil
}

// putLine hands a line over, and reports whether another one shall be read.
func (f *feed) putLine(line string, err error) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.changed.Broadcast()
	if err != nil {
		f.err = err
		return false
	}
	for len(f.lines) == maxQueue && !f.discard {
		f.changed.Wait()
	}
	if f.discard {
		return true
	}
	f.lines = append(f.lines, line)
	f.paused = parseCommand(line).Verb == "STLS"
	f.changed.Broadcast()
	for f.paused {
		f.changed.Wait()
	}
	return true
}

// nextLine is the next line. If none has come yet it waits for settle, calls
// flush, and waits on; waited tells that. If STLS was the line before, who asks
// for another has done with it, and the pause ends.
func (f *feed) nextLine(settle time.Duration, flush func()) (line string, waited bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.lines) == 0 {
		f.unpause()
	}
	for f.isEmpty() && !f.reading {
		f.changed.Wait()
	}
	if f.isEmpty() && settle > 0 {
		f.waitFor(settle)
	}
	if waited = f.isEmpty(); waited {
		f.mu.Unlock()
		flush()
		f.mu.Lock()
	}
	for f.isEmpty() {
		f.changed.Wait()
	}
	if len(f.lines) == 0 {
		return "", waited, f.err
	}
	line = f.lines[0]
	if f.lines = f.lines[1:]; len(f.lines) == maxQueue-1 {
		f.changed.Broadcast() // the queue was full
	}
	return line, waited, nil
}

// isEmpty says that there is no line, but may be one later.
func (f *feed) isEmpty() bool { return len(f.lines) == 0 && f.err == nil }

// waitFor waits for a line until d has passed.
func (f *feed) waitFor(d time.Duration) {
	over := false
	timer := time.AfterFunc(d, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		over = true
		f.changed.Broadcast()
	})
	defer timer.Stop()
	for f.isEmpty() && !over {
		f.changed.Wait()
	}
}

// setReading notes whether the connection is being waited for.
func (f *feed) setReading(reading bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reading = reading
	f.changed.Broadcast()
}

// resumeFrom makes a paused feed read on from r, forgetting what it had read
// ahead. It reports whether the feed was paused.
func (f *feed) resumeFrom(r io.Reader) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.paused {
		return false
	}
	f.reader.Reset(r)
	f.unpause()
	return true
}

// unpause lets the goroutine go on after STLS.
func (f *feed) unpause() {
	f.paused = false
	f.changed.Broadcast()
}

// isPaused says whether the session owns the reader.
func (f *feed) isPaused() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.paused && len(f.lines) == 0
}

// discardLines throws away all lines from now on, so that the end of the connection
// is noticed whatever the client still sends.
func (f *feed) discardLines() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lines, f.discard = nil, true
	f.unpause()
}

// stop ends the feed of a connection that is closed.
func (f *feed) stop() {
	f.discardLines()
	if f.reader != nil {
		<-f.ended
	}
}

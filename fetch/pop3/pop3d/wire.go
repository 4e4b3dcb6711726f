package pop3d

import (
	"net"
	"sync"
	"time"
)

const (
	// maxWrite bounds what is written under one deadline, so that a slow but
	// steady reader of a big message is not taken for an idle one.
	maxWrite = 256 << 10

	// lastWords is how long a client that reads nothing can delay the end.
	lastWords = 5 * time.Second
)

// past is a deadline that has passed.
var past = time.Unix(1, 0)

// A wire is the accepted connection, beneath TLS where there is TLS. It keeps
// the idle deadline, tells the feed when the server waits for bytes, and can
// be broken from another goroutine.
type wire struct {
	net.Conn
	feed    *feed
	aborted chan struct{} // closed by abort

	mu   sync.Mutex
	idle time.Duration
}

// Read reads what has come, or waits for it.
func (w *wire) Read(p []byte) (int, error) {
	w.extendDeadline()
	w.feed.setReading(true)
	defer w.feed.setReading(false)
	return w.Conn.Read(p)
}

// Write writes p piece by piece.
func (w *wire) Write(p []byte) (int, error) {
	written := 0
	for {
		piece := p[written:min(written+maxWrite, len(p))]
		w.extendDeadline()
		n, err := w.Conn.Write(piece)
		written += n
		if err != nil || written == len(p) {
			return written, err
		}
	}
}

// extendDeadline moves the deadline on, for reading as for writing: a byte in either
// direction shows that the client is alive.
func (w *wire) extendDeadline() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.isAborted() {
		_ = w.SetDeadline(time.Now().Add(w.idle))
	}
}

// shortenDeadline leaves little time for what is still to be written.
func (w *wire) shortenDeadline() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.idle = min(w.idle, lastWords)
}

// SetWriteDeadline is called by TLS as it closes; it doesn't undo abort.
func (w *wire) SetWriteDeadline(t time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.isAborted() {
		return nil
	}
	return w.Conn.SetWriteDeadline(t)
}

// abort makes every Read and Write fail from now on. Another goroutine may
// call it, and more than once.
func (w *wire) abort() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.isAborted() {
		close(w.aborted)
		_ = w.SetDeadline(past)
	}
}

// isAborted is called with the lock held.
func (w *wire) isAborted() bool {
	select {
	case <-w.aborted:
		return true
	default:
		return false
	}
}

// closeWithRST closes the connection so that the client's system sees RST instead of
// FIN, where the connection can do that.
func (w *wire) closeWithRST() {
	if l, ok := w.Conn.(interface{ SetLinger(sec int) error }); ok {
		_ = l.SetLinger(0)
	}
	_ = w.Close()
}

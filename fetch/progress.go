package fetch

import "sync/atomic"

// Progress is how far a run is. It may be read at any time from any goroutine.
type Progress struct {
	Planned atomic.Int64 // messages to retrieve
	Done    atomic.Int64 // messages of them that were read or failed
	Bytes   atomic.Int64 // read so far, as the server sent them
}

// Counts returns them all.
func (p *Progress) Counts() (planned, done, bytes int64) {
	return p.Planned.Load(), p.Done.Load(), p.Bytes.Load()
}

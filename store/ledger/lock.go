package ledger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"popfetch/store/hint"
)

// A lock keeps two runs off one account. The kernel holds it, so that it ends
// with the process; it is on a file that is never replaced. The file tells who
// holds it.
type lock struct{ flock *flock.Flock }

// retryLock is the pause between two tries to get a lock that is taken.
const retryLock = 100 * time.Millisecond

// An InUseError says that another run holds the account.
type InUseError struct {
	PID   int       // 0 where it couldn't be read
	Since time.Time // when that run began
}

func (e *InUseError) Error() string {
	if e.PID == 0 {
		return "another run holds it"
	}
	return fmt.Sprintf("another run holds it: process %d, since %s", e.PID, e.Since.Format(time.DateTime))
}

// Temporary tells that a later run may well succeed.
func (e *InUseError) Temporary() bool { return true }

// Hint tells the way out.
func (e *InUseError) Hint() string { return "wait for it to end, or give sync --wait 5m" }

func acquireLock(path string, wait time.Duration) (*lock, error) {
	l := &lock{flock.New(path, flock.SetPermissions(0o600), flock.SetFlag(os.O_CREATE|os.O_RDWR))}
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	locked, err := l.flock.TryLock()
	if err == nil && !locked && wait > 0 {
		locked, err = l.flock.TryLockContext(ctx, retryLock)
		if ctx.Err() != nil {
			err = nil
		}
	}
	if errors.Is(err, syscall.ENOLCK) || errors.Is(err, errors.ErrUnsupported) {
		err = hint.Errorf("keep the state on another file system: --state-dir DIR, or POPFETCH_STATE_DIR",
			"its file system refuses locks: %w", err)
	}
	if err != nil {
		return nil, err
	}
	if !locked {
		return nil, readHolder(path)
	}
	writeHolder(path)
	return l, nil
}

// holderOffset is where the lock's file tells who holds it: behind the byte
// that is locked, which on Windows nobody else may read or write.
const holderOffset = 1

// maxHolder is as much of the lock's file as is read.
const maxHolder = 128

// writeHolder writes who holds the lock. It is a courtesy to whoever waits, and
// no reason to stop where the disk is full.
func writeHolder(path string) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer f.Close()
	f.Truncate(holderOffset)
	fmt.Fprintf(io.NewOffsetWriter(f, holderOffset), "%d %s\n", os.Getpid(), time.Now().UTC().Format(time.RFC3339))
}

// readHolder reads who holds the lock: its process and since when.
func readHolder(path string) *InUseError {
	e := &InUseError{}
	f, err := os.Open(path)
	if err != nil {
		return e
	}
	defer f.Close()
	text, err := io.ReadAll(io.NewSectionReader(f, holderOffset, maxHolder))
	if err != nil {
		return e
	}
	pid, since, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	began, errTime := time.Parse(time.RFC3339, since)
	if n, err := strconv.Atoi(pid); err == nil && errTime == nil {
		e.PID, e.Since = n, began.Local()
	}
	return e
}

func (l *lock) release() error { return l.flock.Close() }

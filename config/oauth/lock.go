package oauth

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/gofrs/flock"
)

const (
	// lockTime is how long another run may hold the lock: longer than its
	// requests take, and its person to unlock the keyring.
	lockTime = 3 * time.Minute

	// retryLock is the pause between two tries to get it.
	retryLock = 50 * time.Millisecond
)

// acquireLock gets the lock, which the kernel holds, so that it ends with the
// process.
func (a *Account) acquireLock(ctx context.Context) (release func(), err error) {
	lock := flock.New(a.Lock, flock.SetPermissions(0o600), flock.SetFlag(os.O_CREATE|os.O_RDWR))
	waiting, cancel := context.WithTimeout(ctx, lockTime)
	defer cancel()
	release = func() { _ = lock.Close() } // Nothing was written.
	if _, err = lock.TryLockContext(waiting, retryLock); err == nil {
		return release, nil
	}
	release()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case waiting.Err() != nil:
		return nil, &Error{text: fmt.Sprintf("another run has held %s for %v", a.Lock, lockTime), temporary: true}
	default:
		return nil, ofFile("lock the token", err)
	}
}

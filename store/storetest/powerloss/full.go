package powerloss

import (
	"errors"
	"os"
	"sync/atomic"
	"syscall"

	"popfetch/store/durable"
)

// A Fullness says how a disk is full.
type Fullness int

const (
	// Briefly fails one operation, whatever it is.
	Briefly Fullness = iota
	// Lastingly fails what needs room, from one operation on.
	Lastingly
	// Belatedly does one operation and then fails it, as a network may.
	Belatedly
)

// Full returns a durable.TestOnlyHook for a disk that is full at operation
// number at. A write that fails has written half of its bytes.
//
// Syncs are not done, as with Hook.
func Full(at int, how Fullness) func(op durable.Op, do func() error) error {
	var n atomic.Int64
	return func(op durable.Op, do func() error) error {
		now := int(n.Add(1))
		switch {
		case now == at && op.Kind == durable.Write:
			return errors.Join(writeHalf(op.Path, do), syscall.ENOSPC)
		case now == at && how == Belatedly:
			return errors.Join(do(), syscall.ENOSPC)
		case now == at, now > at && how == Lastingly && needsRoom(op.Kind):
			return syscall.ENOSPC
		case isSync(op.Kind):
			return nil
		}
		return do()
	}
}

func writeHalf(path string, write func() error) error {
	before, err := os.Stat(path)
	if err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	after, err := os.Stat(path)
	if err != nil {
		return err
	}
	return os.Truncate(path, (before.Size()+after.Size())/2)
}

func needsRoom(k durable.Kind) bool {
	return k != durable.Remove && k != durable.Truncate && k != durable.Rename
}

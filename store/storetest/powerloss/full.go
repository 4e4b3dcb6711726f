package powerloss

import (
	"sync/atomic"
	"syscall"

	"popfetch/store/durable"
)

// Full returns a durable.TestOnlyHook for a disk that is full at operation
// number at; lasting says whether it remains so. Then everything fails from
// there on but what needs no room: to remove, to cut, to rename.
//
// Syncs are not done, as with Hook.
func Full(at int, lasting bool) func(op durable.Op, do func() error) error {
	var n atomic.Int64
	return func(op durable.Op, do func() error) error {
		now := int(n.Add(1))
		if now == at || lasting && now > at && needsRoom(op.Kind) {
			return syscall.ENOSPC
		}
		if isSync(op.Kind) {
			return nil
		}
		return do()
	}
}

func needsRoom(k durable.Kind) bool {
	return k != durable.Remove && k != durable.Truncate && k != durable.Rename
}

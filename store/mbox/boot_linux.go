package mbox

import (
	"time"

	"golang.org/x/sys/unix"
)

// bootTime returns a time, zero if there is no telling, before which no
// process of today can have begun.
func bootTime() time.Time {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return time.Time{}
	}
	return time.Now().Add(-time.Duration(info.Uptime)*time.Second - bootMargin)
}

// bootMargin allows for a clock that was set after the boot.
const bootMargin = time.Minute

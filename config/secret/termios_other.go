//go:build unix && !darwin && !dragonfly && !freebsd && !netbsd && !openbsd

package secret

import "golang.org/x/sys/unix"

// The calls that get and set what a terminal does.
const getTermios, setTermios = unix.TCGETS, unix.TCSETS

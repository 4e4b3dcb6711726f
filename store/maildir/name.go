package maildir

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// sequence tells apart the files that one process makes, in whatever Maildir.
var sequence atomic.Uint64

// host is the host's name in the form that file names bear.
var host = nameOfHost(os.Hostname())

func nameOfHost(name string, err error) string {
	if err != nil || name == "" {
		return "localhost"
	}
	// The specification has octal escapes for the two characters that would
	// be taken for a folder or for the flags.
	return strings.NewReplacer("/", `\057`, ":", `\072`).Replace(name)
}

// uniqueName returns a name for tmp that no other file has or had.
func uniqueName(now time.Time, id string) string {
	return fmt.Sprintf("%d.M%dP%dQ%dR%s.%s",
		now.Unix(), now.Nanosecond()/1000, os.Getpid(), sequence.Add(1), id, host)
}

// sized returns the name for new of a file that holds size bytes.
func sized(name string, size int64) string { return name + ",S=" + strconv.FormatInt(size, 10) }

// tempName returns the name in tmp of a file that is called name in new.
func tempName(name string) string {
	temp, _, _ := strings.Cut(name, ",")
	return temp
}

// isOf reports whether the name is one that a ledger with this identity made.
func isOf(name, id string) bool {
	parts := strings.SplitN(name, ".", 3)
	return len(parts) == 3 && strings.HasSuffix(parts[1], "R"+id)
}

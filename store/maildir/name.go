package maildir

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"popfetch/store"
)

// sequence tells apart the files that one process makes, in whatever Maildir.
var sequence atomic.Uint64

var pid = os.Getpid()

// host is the host's name in the form that file names bear.
var host = nameOfHost(os.Hostname())

func nameOfHost(name string, err error) string {
	if err != nil || name == "" {
		return "localhost"
	}
	// The specification has octal escapes for the two characters that would
	// be taken for a folder or for the flags. The comma begins the size, and
	// a blank would end a place.
	return strings.NewReplacer("/", `\057`, ":", `\072`, ",", `\054`, " ", `\040`).Replace(name)
}

// uniqueName returns a name for tmp that no other file has or had.
func uniqueName(now time.Time, id string) string {
	return fmt.Sprintf("%d.M%dP%dQ%dR%s.%s",
		now.Unix(), now.Nanosecond()/1000, pid, sequence.Add(1), id, host)
}

// sizedName returns the name for new of a file that holds size bytes.
func sizedName(name string, size int64) string { return name + ",S=" + strconv.FormatInt(size, 10) }

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

// Kind begins every place; see store.MakePlace.
const Kind = "maildir"

// placeOf tells where a staged file lies: its name in new, and the Maildir, as
// the configuration may name another one by the time of the repair.
func (m *Maildir) placeOf(name string) string { return store.MakePlace(Kind, name, m.path) }

func parsePlace(place string) (name, path string, err error) {
	fields, err := store.SplitPlace(place, Kind, 2)
	if err != nil {
		return "", "", err
	}
	return fields[0], fields[1], nil
}

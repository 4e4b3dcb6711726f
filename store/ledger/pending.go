package ledger

import (
	"bufio"
	"maps"
	"slices"

	"popfetch/store/durable"
)

// PendingPlaces returns the places of the messages that are staged in an
// account's ledger, and not settled. It finds what Pending does without what all
// else costs, and checks no line. What can't be read ends it: whoever opens the
// ledger reports that.
func PendingPlaces(state *durable.Dir, account string) []string {
	f, err := state.Open(FileName(account))
	if err != nil {
		return nil
	}
	defer f.Close()
	places := map[string]string{}
	for in := bufio.NewReaderSize(f, 64<<10); ; {
		line, err := readLine(in)
		if err != nil {
			return slices.Sorted(maps.Values(places))
		}
		notePlace(places, line)
	}
}

// notePlace takes in what a line says of the places, by key.
func notePlace(places map[string]string, line []byte) {
	f := fields{rest: line}
	kind := kindOf(f.next())
	switch kind {
	case Staged:
	case Kept, Marked, Failed, Forgot:
		if len(places) == 0 {
			return
		}
	default:
		return
	}
	f.next() // the time
	key := string(f.next())
	if kind != Staged {
		delete(places, key)
		return
	}
	f.next() // the sizes
	f.next() // the digests
	if text := f.last(); len(text) > checksumLength {
		places[key] = unescape(string(text[:len(text)-checksumLength]))
	}
}

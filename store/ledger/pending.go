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
	kind := kindOf(f.nextField())
	switch kind {
	case Staged:
	case Kept, Marked, Failed, Forgot:
		if len(places) == 0 {
			return
		}
	default:
		return
	}
	f.nextField() // the time
	key := string(f.nextField())
	if kind != Staged {
		delete(places, key)
		return
	}
	f.nextField() // the sizes
	f.nextField() // the digests
	if text := f.restOfLine(); len(text) > checksumLength {
		places[key] = unescapeText(string(text[:len(text)-checksumLength]))
	}
}

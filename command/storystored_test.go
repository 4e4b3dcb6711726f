package command_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"popfetch/store/storetest"
)

// stored demands that the messages delivered to a user, all of them or those
// named, lie in a mailbox exactly once, byte for byte after the one change that
// the format asks for, and nothing beside them.
func (s *story) stored(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 3, -1, "stored maildir|mbox PATH USER [none|N|FIRST-LAST]…")
	kind, path, name := args[0], ts.MkAbs(args[1]), args[2]
	want, err := choose(s.delivered[name], args[3:])
	ts.Check(err)
	for i, message := range want {
		want[i] = bytes.ReplaceAll(message, []byte("\r\n"), []byte("\n"))
	}
	var got [][]byte
	switch kind {
	case "maildir":
		ts.Check(checkFolders(path))
		got, err = storetest.ReadMaildir(path)
	case "mbox":
		ts.Check(checkMbox(path))
		got, err = storetest.ReadMbox(path)
	default:
		ts.Fatalf("no mailbox %q", kind)
	}
	ts.Check(err)
	ts.Check(sameMessages(got, want))
}

// choose picks messages by their numbers, from 1 on in the order of delivery.
func choose(messages [][]byte, ranges []string) (chosen [][]byte, err error) {
	if len(ranges) == 0 {
		return slices.Clone(messages), nil
	}
	for _, text := range ranges {
		if text == "none" {
			continue
		}
		low, high, isRange := strings.Cut(text, "-")
		first, err := strconv.Atoi(low)
		last := first
		if err == nil && isRange {
			last, err = strconv.Atoi(high)
		}
		if err != nil || first < 1 || last > len(messages) {
			return nil, fmt.Errorf("no messages %q among %d", text, len(messages))
		}
		chosen = append(chosen, messages[first-1:last]...)
	}
	return chosen, nil
}

// checkFolders finds what doesn't belong into a Maildir that nobody has read.
func checkFolders(path string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if !slices.Contains([]string{"cur", "new", "tmp"}, entry.Name()) {
			return fmt.Errorf("the Maildir holds %s", entry.Name())
		}
	}
	left, err := filepath.Glob(filepath.Join(path, "tmp", "*"))
	if len(left) > 0 {
		return fmt.Errorf("left in tmp: %q", left)
	}
	return err
}

// checkMbox finds what is left beside an mbox, such as its lock.
func checkMbox(path string) error {
	left, err := filepath.Glob(path + "?*")
	if len(left) > 0 {
		return fmt.Errorf("left beside the mbox: %q", left)
	}
	return err
}

// sameMessages tells which messages are there too often or too seldom.
func sameMessages(got, want [][]byte) error {
	surplus := map[string]int{}
	for _, message := range got {
		surplus[string(message)]++
	}
	for _, message := range want {
		surplus[string(message)]--
	}
	for message, n := range surplus {
		if n != 0 {
			const enough = 300
			return fmt.Errorf("%d messages stored, %d wanted; of this one %+d: %.*q", len(got), len(want), n, enough, message)
		}
	}
	return nil
}

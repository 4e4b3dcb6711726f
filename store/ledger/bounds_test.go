package ledger

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func lowerBounds(t *testing.T) {
	known, gone, failures := maxKnown, leastGone, maxFailed
	t.Cleanup(func() { maxKnown, leastGone, maxFailed = known, gone, failures })
	maxKnown, leastGone, maxFailed = 20, 3, 5
}

// TestBounds fills a ledger with more than it may remember, as a server can that lists
// other messages each time.
func TestBounds(t *testing.T) {
	lowerBounds(t)
	hour := func(n int) time.Time { return time.Now().Add(time.Duration(n-100) * time.Hour) }
	records := func(kind Kind, name string, n int) (records []Record) {
		for i := range n {
			records = append(records, Record{Kind: kind, Time: hour(i), Key: Key(fmt.Sprintf(name, i)), Count: 2})
		}
		return records
	}
	kept, marked := records(Kept, "k%d", 12), records(Marked, "m%d", 12)
	gone := records(Gone, "k%d", 12)
	tests := []struct {
		name           string
		records        []Record
		known, forgets []Key
		length         int
	}{
		{"all that is listed", slices.Concat(kept, marked), []Key{"k0", "k11", "m0", "m11"}, nil, 24},
		{"few that are gone", slices.Concat(kept, gone), []Key{"k0", "k11"}, nil, 12},
		{"many that are gone", slices.Concat(kept, marked, gone), []Key{"k4", "k11", "m0"}, []Key{"k0", "k3"}, 20},
		{
			"many that are gone beside more than a ledger may know", slices.Concat(records(Marked, "m%d", 30), kept, gone),
			[]Key{"k9", "k11", "m0"},
			[]Key{"k0", "k8"},
			33,
		},
		{"failures", records(Failed, "f%d", 12), []Key{"f7", "f11"}, []Key{"f0", "f6"}, 5},
		{"failures that are gone", slices.Concat(records(Failed, "f%d", 12), records(Gone, "f%d", 12)), []Key{"f7", "f11"}, []Key{"f6"}, 5},
		{"those of one UID", records(Failed, "f~%d", 12), []Key{"f~0", "f~11"}, nil, 12},
		{"those of one UID that are gone", slices.Concat(records(Failed, "f~%d", 12), records(Gone, "f~%d", 12)), []Key{"f~11"}, []Key{"f~0"}, 5},
		{"what is staged", slices.Concat(records(Staged, "s%d", 30), records(Gone, "s%d", 30)), []Key{"s0", "s29"}, nil, 30},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			state := openDir(t)
			l := open(t, state)
			appendAll(t, l, test.records...)
			l.Close()
			l = open(t, state)
			for _, key := range test.known {
				if _, known := l.Lookup(key); !known {
					t.Errorf("%s is forgotten", key)
				}
			}
			for _, key := range test.forgets {
				if _, known := l.Lookup(key); known {
					t.Errorf("%s is remembered", key)
				}
			}
			if l.Len() != test.length {
				t.Errorf("%d are known", l.Len())
			}
		})
	}
}

// TestUntried has no text for each of the messages that weren't tried yet: that may be
// as many as a server lists.
func TestUntried(t *testing.T) {
	state := openDir(t)
	l := open(t, state)
	appendAll(t, l, Record{Kind: Failed, Time: noon, Key: "a~2", Text: "it was not tried yet"})
	l.compact()
	l.Close()
	l = open(t, state)
	if e, _ := l.Lookup("a~2"); !e.IsFailed() || len(l.failures) != 0 {
		t.Errorf("the ledger knows %v, and %v", e, l.failures)
	}
}

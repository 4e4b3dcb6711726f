package fetch

import (
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/store/ledger"
)

// longUIDs are longer than any that RFC 1939 has, and one that looks like the digest of
// another.
func longUIDs() []string {
	uids := []string{strings.Repeat("x", 71), strings.Repeat("y", 9000) + "1", strings.Repeat("y", 9000) + "2", strings.Repeat("\xff", 70)}
	return append(uids, ledger.ShortUID(uids[0]))
}

// TestLongUIDs fetches messages with long UIDs once, and deletes them, with a ledger that
// has their digests.
func TestLongUIDs(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		var names []string
		for i, uid := range longUIDs() {
			names = append(names, fmt.Sprint("m", i))
			r.drop.Add(messageOf(uid, names[i]))
		}
		r.sync(len(names))
		r.sync(0)
		r.has(names...)
		text, err := os.ReadFile(r.ledgerPath())
		if err != nil || len(text) > 8000 {
			t.Errorf("the ledger has %d bytes: %v", len(text), err)
		}
		r.rules.Delete.When = AtOnce
		r.sync(0)
		r.onServer()
		r.has(names...)
	})
}

func (r *rig) ledgerPath() string { return filepath.Join(r.root, "state", "work.ledger") }

// TestUpgradeLongUIDs has a ledger of a version that had long UIDs as they were.
func TestUpgradeLongUIDs(t *testing.T) {
	for _, way := range []string{"kept", "delete", "gone and back"} {
		t.Run(way, func(t *testing.T) {
			uids := longUIDs()[:4]
			var mail []pop3d.Message
			var names []string
			for i, uid := range uids {
				names = append(names, fmt.Sprint("m", i))
				mail = append(mail, messageOf(uid, names[i]))
			}
			r := newRig(t, mail...)
			r.sync(len(mail))
			r.lengthenKeys(uids)
			switch way {
			case "delete":
				r.rules.Delete.When = AtOnce
				r.sync(0)
				r.onServer()
			case "gone and back":
				r.drop.Remove(uids...)
				r.sync(0)
				r.drop.Add(mail...)
			}
			r.sync(0)
			r.has(names...)
		})
	}
}

// lengthenKeys lets the ledger have these UIDs in the place of their digests.
func (r *rig) lengthenKeys(uids []string) {
	r.t.Helper()
	old, err := os.ReadFile(r.ledgerPath())
	if err != nil {
		r.t.Fatal(err)
	}
	var text []byte
	for line := range strings.Lines(string(old)) {
		line = line[:strings.LastIndex(line, " #")]
		for _, uid := range uids {
			line = strings.ReplaceAll(line, " "+ledger.ShortUID(uid), " "+strings.ReplaceAll(uid, "\xff", "%FF"))
		}
		text = fmt.Appendf(text, "%s #%08x\n", line, crc32.Checksum([]byte(line), crc32.MakeTable(crc32.Castagnoli)))
	}
	if len(text) < 2*len(old) {
		r.t.Fatalf("no long UID in the ledger: %s", text)
	}
	if err := os.WriteFile(r.ledgerPath(), text, 0o600); err != nil {
		r.t.Fatal(err)
	}
}

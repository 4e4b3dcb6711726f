package ledger

import (
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"testing"
)

func digestOf(uid string) string { return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(uid))) }

func TestShortUID(t *testing.T) {
	longest, long := strings.Repeat("x", MaxUID), strings.Repeat("x", MaxUID+1)
	escapes := strings.Repeat("%", MaxUID/3+1) // of which the key is too long
	tests := map[string]string{
		"": "", "4f1c": "4f1c", longest: longest, escapes[1:]: escapes[1:],
		long: digestOf(long), escapes: digestOf(escapes),
		// A server may list what looks like the digest of another UID.
		digestOf(long): digestOf(digestOf(long)),
	}
	for uid, want := range tests {
		if got := ShortUID(uid); got != want {
			t.Errorf("ShortUID(%q) = %q, not %q", uid, got, want)
		}
		if got := string(ShortUID([]byte(uid))); got != want {
			t.Errorf("ShortUID of the bytes of %q is %q", uid, got)
		}
		if key := MakeKey(want, 2); key.UID() != want || len(key) > MaxUID+len("x~2") {
			t.Errorf("the key of %q is %q, of the UID %q", want, key, key.UID())
		}
	}
}

// TestFormerLongKeys reads a ledger of a version that had long UIDs in its keys: the
// same messages are known, under their digests, and the file is rewritten.
func TestFormerLongKeys(t *testing.T) {
	state := openDir(t)
	odd := strings.Repeat("\xff", MaxUID)
	uids := []string{strings.Repeat("x", 16000), strings.Repeat("~", MaxUID+1), odd, "short", digestOf("known already")}
	l := open(t, state)
	for _, uid := range uids {
		key := Key(escapeWord(uid))
		appendAll(t, l, Record{Kind: Kept, Time: noon, Key: key, StoredSize: 5}, Record{Kind: Marked, Time: noon, Key: key + "~2"})
	}
	l.Close()
	short := []string{digestOf(uids[0]), digestOf(uids[1]), digestOf(odd), "short", uids[4]}
	reader, err := Read(state, "work")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []*Ledger{reader, open(t, state)} {
		for _, uid := range short {
			first, _ := l.Lookup(MakeKey(uid, 1))
			second, _ := l.Lookup(MakeKey(uid, 2))
			if !first.IsKept() || !second.IsMarked() {
				t.Errorf("of %q the ledger knows %v and %v", uid, first, second)
			}
		}
		if l.Len() != 2*len(uids) || l.RowOfUID([]byte(short[0])) != l.RowOf(MakeKey(uids[0], 1)) {
			t.Errorf("the ledger knows %d messages", l.Len())
		}
	}
	text, err := os.ReadFile(state.Path("work.ledger"))
	if err != nil || len(text) > 4000 {
		t.Errorf("the ledger has %d bytes: %v", len(text), err)
	}
}

// TestLongAccount has an account whose name is longer than any UID that is kept.
func TestLongAccount(t *testing.T) {
	state, account := openDir(t), strings.Repeat("a", 100)
	for range 2 {
		l, err := Open(state, account, 0)
		if err != nil {
			t.Fatal(err)
		}
		if l.IsMisnamed() {
			t.Error("the ledger is another account's")
		}
		l.Close()
	}
	text, _ := os.ReadFile(state.Path(FileName(account)))
	if !strings.HasPrefix(string(text), "popfetch-ledger 2 "+account+" ") {
		t.Errorf("the ledger begins with %.200s", text)
	}
}

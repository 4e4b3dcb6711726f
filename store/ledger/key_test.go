package ledger

import (
	"strings"
	"testing"
)

func TestMakeKey(t *testing.T) {
	tests := []struct {
		uid  string
		copy int
		want Key
	}{
		{"4f1c", 1, "4f1c"},
		{"4f1c", 2, "4f1c~2"},
		{"", 1, "%"},
		{"", 12, "%~12"},
		{"%", 1, "%25"},
		{"a b", 1, "a%20b"},
		{"a~2", 1, "a%7E2"},
		{"#", 1, "%23"},
		{"\r\n\x00\x7f", 1, "%0D%0A%00%7F"},
		{"ü", 1, "%C3%BC"},
		{"%41", 1, "%2541"},
	}
	for _, test := range tests {
		got := MakeKey(test.uid, test.copy)
		if got != test.want {
			t.Errorf("MakeKey(%q, %d) = %q, not %q", test.uid, test.copy, got, test.want)
		}
		if got.UID() != test.uid {
			t.Errorf("the UID of %q is %q, not %q", got, got.UID(), test.uid)
		}
	}
}

func FuzzKey(f *testing.F) {
	f.Add("4f1c", 1)
	f.Add("", 2)
	f.Add("% ~2\xff", 3)
	f.Fuzz(func(t *testing.T, uid string, copy int) {
		uid = ShortUID(uid)
		key := MakeKey(uid, copy)
		if key.UID() != uid {
			t.Errorf("%q became %q", uid, key.UID())
		}
		if key == "" || strings.ContainsFunc(string(key), func(r rune) bool { return r <= ' ' || r > '~' || r == '#' }) {
			t.Errorf("%q can't stand in a line", key)
		}
		if copy > 1 && key == MakeKey(uid, 1) {
			t.Errorf("%q names two messages", key)
		}
	})
}

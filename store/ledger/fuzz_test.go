package ledger

import (
	"bytes"
	"os"
	"testing"

	"popfetch/store/durable"
)

// FuzzReplay opens anything as a ledger. What it accepts it must be able to go
// on with, and to say again.
func FuzzReplay(f *testing.F) {
	text, _ := sampleFile(f)
	f.Add(text)
	f.Add(text[:len(text)-7])
	f.Add([]byte(line("popfetch-ledger 1 work 0123") + line("kept 2026-11-23T12:00:00+01:00 a~2 0 00112233445566778899aabbccddeeff")))
	f.Add([]byte("popfetch-ledger 3\n"))
	durable.TestOnlyHook = unsynced
	f.Cleanup(func() { durable.TestOnlyHook = nil })
	state := openDir(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(state.Path("work.ledger"), withChecksums(text), 0o600); err != nil {
			t.Fatal(err)
		}
		l, err := Open(state, "work", 0)
		if err != nil {
			return
		}
		defer l.Close()
		want := l.known()
		if err := l.compact(); err != nil {
			t.Fatal(err)
		}
		if d := diff(want, l.known()); d != "" {
			t.Errorf("the ledger was rewritten as another:\n%s", d)
		}
		appendAll(t, l, samples...)
	})
}

// withChecksums gives every line that ends in "!" its checksum, so that the
// fuzzer comes further than to that.
func withChecksums(text []byte) []byte {
	var out []byte
	for line := range bytes.Lines(text) {
		if content, found := bytes.CutSuffix(line, []byte("!\n")); found {
			line = appendChecksum(content, 0)
		}
		out = append(out, line...)
	}
	return out
}

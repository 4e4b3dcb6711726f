package arrived_test

import (
	"os"
	"path/filepath"
	"testing"

	"popfetch/testdata/bench/arrived"
)

const (
	one = "Message-ID: <1@x>\r\n\r\nOne.\r\n.dot\r\nFrom here\r\n"
	two = "Subject: hello\r\nMessage-Id: <2@x>\r\n\r\nTwo.\r\n\r\nEnd\r\n"

	oneHere = "Received: by me\nMessage-ID: <1@x>\n\nOne.\n.dot\nFrom here\n"
	twoHere = "Subject: HELLO\nMessage-Id: <2@x>\n\nTwo.\n\nEnd\n\n"
)

func delivered(t *testing.T) arrived.Messages {
	t.Helper()
	messages := make(arrived.Messages)
	for _, m := range []string{one, two} {
		if err := messages.Add([]byte(m)); err != nil {
			t.Fatal(err)
		}
	}
	return messages
}

func TestMaildir(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"as delivered, but for what programs add", map[string]string{"new/a": oneHere, "cur/b": twoHere}, ""},
		{"missing", map[string]string{"new/a": oneHere}, "of 2 messages 1 missing"},
		{"in tmp only", map[string]string{"new/a": oneHere, "tmp/b": twoHere}, "of 2 messages 1 missing"},
		{"twice", map[string]string{"new/a": oneHere, "new/b": twoHere, "cur/c": oneHere}, "of 2 messages 1 more than once"},
		{"cut short", map[string]string{"new/a": oneHere[:len(oneHere)-3], "new/b": twoHere}, "of 2 messages 1 changed"},
		{"quoted", map[string]string{"new/a": "Message-ID: <1@x>\n\nOne.\n.dot\n>From here\n", "new/b": twoHere}, "of 2 messages 1 changed"},
		{"strange", map[string]string{"new/a": oneHere, "new/b": twoHere, "new/c": "Subject: x\n\ny\n"}, "of 2 messages 1 unexpected"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range test.files {
				write(t, filepath.Join(dir, name), text)
			}
			check(t, arrived.Maildir(dir, delivered(t)), test.want)
		})
	}
}

func TestMbox(t *testing.T) {
	const quoted = "Message-ID: <1@x>\n\nOne.\n.dot\n>From here\n"
	tests := []struct{ name, text, want string }{
		{"as delivered", "From a b\n" + quoted + "\nFrom a b\n" + twoHere, ""},
		{"missing", "From a b\n" + quoted + "\n", "of 2 messages 1 missing"},
		{"twice", "From a b\n" + quoted + "\nFrom a b\n" + twoHere + "\nFrom a b\n" + twoHere, "of 2 messages 1 more than once"},
		{"half a message between", "From a b\n" + quoted[:24] + "\nFrom a b\n" + twoHere, "of 2 messages 1 changed"},
		{"no separator", "From a b\n" + quoted + "\n" + twoHere, "of 2 messages 1 missing, 1 changed"},
		{"empty", "", "of 2 messages 2 missing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "mbox")
			write(t, path, test.text)
			check(t, arrived.Mbox(path, delivered(t)), test.want)
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func check(t *testing.T, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
	}
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

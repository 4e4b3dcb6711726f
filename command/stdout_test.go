package command

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"popfetch/command/term"
	"popfetch/fetch/pop3/pop3d"
)

// TestUnread runs each command for a reader that has gone. It ends silently,
// and a sync has put its mail into the mailbox first.
func TestUnread(t *testing.T) {
	server := &pop3d.Server{}
	server.SetUser("user0", "secret", pop3d.NewMaildrop(fourMails()...))
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	path := terminalConfig(t, server, 1)
	uid := fourMails()[0].UID
	for _, line := range []string{
		"list account-0", "list account-0 --json", "cat account-0 " + uid, "cat account-0 --crlf " + uid, "cat account-0 --mbox " + uid,
		"check", "check --json", "check --config-only", "sync --dry-run", "sync", "sync --every 1h", "status", "status --json",
		"mark --unseen --all account-0", "mark --all account-0", "delete --fetched --dry-run account-0", "demo " + path + ".demo",
		"completion bash", "man", "--help", "sync --help", "--version", "",
	} {
		t.Run(line, func(t *testing.T) {
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer writer.Close()
			reader.Close()
			var complaints bytes.Buffer
			args := []string{"popfetch", "-v", "-c", path, "--state-dir", path + ".state"}
			if line == "" {
				args = args[:1]
			}
			began := time.Now()
			code := run(t.Context(), &term.UI{Out: writer, Err: &complaints}, append(args, strings.Fields(line)...))
			if code != exitUnread {
				t.Errorf("exit code %d, not %d", code, exitUnread)
			}
			if said := complaints.String(); strings.Contains(said, "pipe") || strings.Contains(said, term.ErrUnread.Error()) {
				t.Errorf("it isn't silent: %s", said)
			}
			if took := time.Since(began); took > time.Minute {
				t.Errorf("it took %v", took)
			}
			if line == "sync" {
				if files, _ := os.ReadDir(strings.TrimSuffix(path, "config.yaml") + "mail0/new"); len(files) != 4 {
					t.Errorf("%d messages in the mailbox", len(files))
				}
			}
		})
	}
}

// terminalConfig writes a configuration of so many users of the server.
func terminalConfig(t *testing.T, server *pop3d.Server, users int) (path string) {
	home := t.TempDir()
	var text bytes.Buffer
	fmt.Fprintf(&text, "defaults: {tls: none, password: secret, server: '%s'}\naccounts:\n", server.Addr())
	for i := range users {
		fmt.Fprintf(&text, "  account-%d: {user: user%d, maildir: %s/mail%d}\n", i, i, home, i)
	}
	path = home + "/config.yaml"
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

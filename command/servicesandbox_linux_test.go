package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"popfetch/command/sandbox"
)

// TestServiceIsSandboxed reloads, in a service that runs, configurations that want
// more than it has kept, and lets the file of a password be replaced by others.
func TestServiceIsSandboxed(t *testing.T) {
	if sandbox.ABI() == 0 {
		t.Skip("this kernel has no Landlock")
	}
	t.Parallel()
	s := startService(t, false)
	password, key := filepath.Join(s.dir, "secrets", "work"), filepath.Join(s.dir, ".ssh", "id_ed25519")
	for _, path := range []string{password, key} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("secret\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(s.config)
	if err != nil {
		t.Fatal(err)
	}
	// It has the password in the configuration, so that this needs another right.
	withFile := strings.Replace(string(text), "password: secret", "password_file: "+password, 1)
	s.tells(`^STATUS=1 account, next sync at `)
	s.configure(withFile)
	s.signal(syscall.SIGHUP)
	s.tells(`^READY=1$`)
	s.saysOnce("popfetch: the sandbox of this run can't be widened: it needs the right to read " + password)
	s.saysOnce("popfetch: hint: restart popfetch")
	s.saysOnce("the configuration stays as it was")
	s.restart()
	s.tells(`^STATUS=1 account, next sync at `)

	// What a program that keeps passwords does: another file of the same name.
	replace := func(make func(temp string) error) {
		t.Helper()
		if err := make(password + ".new"); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(password+".new", password); err != nil {
			t.Fatal(err)
		}
		s.signal(syscall.SIGHUP)
		s.tells(`^READY=1$`)
	}
	replace(func(temp string) error { return os.WriteFile(temp, []byte("secret\n"), 0o600) })
	s.tells(`^STATUS=1 account, next sync at `)
	if strings.Contains(s.said(), "permission denied") {
		t.Fatalf("it can't read a new password:\n%s", s.said())
	}
	replace(func(temp string) error { return os.Symlink(key, temp) })
	s.saysOnce("popfetch: the sandbox of this run can't be widened: it needs the right to read " + filepath.Dir(key))
	s.signal(syscall.SIGTERM)
	s.ends(143)
}

// restart ends the service and starts it again.
func (s *service) restart() {
	s.Helper()
	s.signal(syscall.SIGTERM)
	s.tells(`^STOPPING=1$`)
	s.ends(143)
	s.start()
}

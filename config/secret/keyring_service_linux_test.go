package secret

import (
	"errors"
	"os"
	"os/exec"
	"testing"
)

// insideSession marks the run of this test's own program in a session of its own.
const insideSession = "POPFETCH_TEST_SESSION"

// TestSecretService keeps a password in a real Secret Service: it runs itself
// again on a session bus of its own, with an unlocked keyring in a folder of its
// own. POPFETCH_INTEROP=required makes it an error that none is installed.
func TestSecretService(t *testing.T) {
	if os.Getenv(insideSession) != "" {
		useSecretService(t)
		return
	}
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
		_, err := exec.LookPath(program)
		switch {
		case err != nil && os.Getenv("POPFETCH_INTEROP") == "required":
			t.Fatal(err)
		case err != nil:
			t.Skip(err)
		}
	}
	const script = `printf unlock | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" -test.run '^TestSecretService$'`
	session := exec.CommandContext(t.Context(), "dbus-run-session", "--", "sh", "-c", script, os.Args[0])
	home := t.TempDir()
	session.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_RUNTIME_DIR=" + home, insideSession + "=1",
	}
	if output, err := session.CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, output)
	}
}

// useSecretService stores, replaces, reads and removes a password.
func useSecretService(t *testing.T) {
	ctx := t.Context()
	source := Source{Account: "work"}
	if _, err := Lookup(ctx, "work"); !errors.Is(err, ErrNotFound) {
		t.Fatalf("before: %v", err)
	}
	for _, text := range []string{"old", canary} {
		if err := Store(ctx, "work", New(text)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := source.Read(ctx, nil); err != nil || got.Reveal() != canary {
		t.Errorf("got %q, %v", got.Reveal(), err)
	}
	if err := Remove(ctx, "work"); err != nil {
		t.Error(err)
	}
	if err := Remove(ctx, "work"); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
}

// Package secrettest gives a test a real Secret Service that is nobody else's.
//
// Its one rule: the person who runs the tests, and the keyring of that person,
// notice nothing of it.
package secrettest

import (
	"os"
	"os/exec"
	"testing"
)

// Marker is the variable that marks the run of a test's own program in a
// session of its own.
const Marker = "POPFETCH_TEST_SESSION"

// InSession reports whether the test runs on a session bus of its own, with an
// unlocked keyring in a folder of its own. If not, it runs the test again that
// way, and there is nothing left to do. POPFETCH_INTEROP=required makes it an
// error that what that needs isn't installed.
func InSession(t *testing.T) bool {
	t.Helper()
	if os.Getenv(Marker) != "" {
		return true
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
	const script = `printf unlock | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" -test.run "^$1\$"`
	session := exec.CommandContext(t.Context(), "dbus-run-session", "--", "sh", "-c", script, os.Args[0], t.Name())
	home := t.TempDir()
	session.Env = append(os.Environ(), "HOME="+home, "XDG_RUNTIME_DIR="+home, Marker+"=1")
	if output, err := session.CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, output)
	}
	return false
}

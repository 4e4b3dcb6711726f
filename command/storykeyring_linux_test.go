package command_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// insideSession marks the run of this test's own program in a session of its
// own.
const insideSession = "POPFETCH_TEST_SESSION"

// TestKeyringStory runs the stories of passwords in a real Secret Service: it
// runs itself again on a session bus of its own, with an unlocked keyring in a
// folder of its own. POPFETCH_INTEROP=required makes it an error that none is
// installed.
func TestKeyringStory(t *testing.T) {
	if os.Getenv(insideSession) != "" {
		tell(t, cast{dir: filepath.Join(stories, "keyring"), serve: newPOP3D, bus: os.Getenv("DBUS_SESSION_BUS_ADDRESS")})
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
	const script = `printf unlock | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" -test.run '^TestKeyringStory$'`
	session := exec.CommandContext(t.Context(), "dbus-run-session", "--", "sh", "-c", script, os.Args[0])
	home := t.TempDir()
	session.Env = append(os.Environ(), "HOME="+home, "XDG_RUNTIME_DIR="+home, insideSession+"=1")
	if output, err := session.CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, output)
	}
}

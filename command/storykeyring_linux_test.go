package command_test

import (
	"os"
	"path/filepath"
	"testing"

	"popfetch/config/secret/secrettest"
)

// TestKeyringStory runs the stories of passwords and tokens in a real Secret
// Service.
func TestKeyringStory(t *testing.T) {
	if testing.Short() {
		t.Skip("packages secret and oauth meet a Secret Service too")
	}
	if secrettest.InSession(t) {
		tell(t, cast{dir: filepath.Join(stories, "keyring"), serve: newPOP3D, bus: os.Getenv("DBUS_SESSION_BUS_ADDRESS")})
	}
}

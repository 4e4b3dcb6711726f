//go:build unix && !darwin

package secret

import (
	"errors"
	"fmt"
	"os"
)

// runtimeFolder is where a login session keeps its sockets. Overridden by tests.
var runtimeFolder = fmt.Sprintf("/run/user/%d", os.Getuid())

// checkReachable reports whether there is a session bus to ask for the Secret
// Service. Without one, as under cron, the library would start a bus of its
// own that holds no passwords and outlives us.
func checkReachable() error {
	if address := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" && address != "autolaunch:" {
		return nil
	}
	for _, name := range []string{"bus", "dbus-session"} {
		if _, err := os.Stat(runtimeFolder + "/" + name); err == nil {
			return nil
		}
	}
	return errors.New("no session bus, so no Secret Service")
}

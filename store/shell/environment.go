package shell

import (
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// private are the names of the variables that no command gets: passwords, and the
// way to the service manager, which is our own. Hide adds to them.
var private = struct {
	sync.Mutex
	names []string
}{names: []string{"POPFETCH_PASSWORD", "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"}}

// credentials names the folder where systemd keeps the credentials of a service.
// Only a command with Credentials gets it.
const credentials = "CREDENTIALS_DIRECTORY"

// HideVariable hides a variable from all commands that are run from now on, because it
// holds a password. An account's password is no business of another's commands,
// either.
func HideVariable(name string) {
	private.Lock()
	defer private.Unlock()
	if name != "" && !slices.Contains(private.names, name) {
		private.names = append(private.names, name)
	}
}

// Environment returns our environment without the variables that no program of
// somebody else is to get.
func Environment() []string { return buildEnvironment(false) }

// buildEnvironment returns what a command is run with.
func buildEnvironment(withCredentials bool) []string {
	private.Lock()
	defer private.Unlock()
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		isCredentials := isSameVariable(name, credentials) && !withCredentials
		return isCredentials || name != "" && slices.ContainsFunc(private.names, func(other string) bool { return isSameVariable(name, other) })
	})
}

// isSameVariable compares names as the system does.
func isSameVariable(a, b string) bool {
	return a == b || runtime.GOOS == "windows" && strings.EqualFold(a, b)
}

package secret

import (
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// private are the names of the variables that no command is to see: passwords,
// and the way to the service manager. HideVariable adds to them.
var private = struct {
	sync.Mutex
	names []string
}{names: []string{urlVariable, "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"}}

// HideVariable hides a variable from all commands that are run from now on,
// because it holds a password. An account's password is no business of
// another's commands, either.
func HideVariable(name string) {
	private.Lock()
	defer private.Unlock()
	if name != "" && !slices.Contains(private.names, name) {
		private.names = append(private.names, name)
	}
}

// Environment returns the environment that a command is run with: ours, without
// the variables that hold passwords, and without those that the caller names.
func Environment(without ...string) []string {
	private.Lock()
	defer private.Unlock()
	names := slices.Concat(private.names, without)
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return name != "" && slices.ContainsFunc(names, func(other string) bool { return isSameVariable(name, other) })
	})
}

// isSameVariable compares names as the system does.
func isSameVariable(a, b string) bool {
	return a == b || runtime.GOOS == "windows" && strings.EqualFold(a, b)
}

package command

import (
	"os"
	"runtime"
	"slices"
	"strings"
)

// variablesFor is the environment of a command of the account: ours, without
// passwords, and without the way to the service manager, which is our own.
func (p *program) variablesFor(a account) []string {
	private := []string{"POPFETCH_PASSWORD", "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", a.Password.Env}
	for name := range p.private.Range {
		private = append(private, name.(string))
	}
	variables := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return name != "" && slices.ContainsFunc(private, func(other string) bool { return sameVariable(name, other) })
	})
	return append(variables, "POPFETCH_ACCOUNT="+a.Name)
}

// sameVariable compares names as the system does.
func sameVariable(a, b string) bool {
	return a == b || runtime.GOOS == "windows" && strings.EqualFold(a, b)
}

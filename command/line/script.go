package line

import (
	"embed"
	"fmt"
)

// The scripts know nothing of popfetch but complete, which they ask at each
// press of the key; so one that was installed long ago is never wrong.
//
//go:embed completion
var completionScripts embed.FS

// Shells are those that there is a script for.
const Shells = "bash|zsh|fish"

// CompletionScript returns the script of a shell.
func CompletionScript(shell string) (string, error) {
	if !isOneOf(Shells, shell) {
		return "", NewUsageError(fmt.Sprintf("there is no completion for %q", shell), wordHint(shell, Shells))
	}
	script, err := completionScripts.ReadFile("completion/popfetch." + shell)
	return string(script), err
}

package command_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"popfetch/command/sandbox"
)

// TestShellStory runs the stories of the shells that complete command lines.
func TestShellStory(t *testing.T) {
	tell(t, cast{dir: filepath.Join(stories, "shell")})
}

// installed is the condition [installed:PROGRAM]. Where everything is required
// the lack of a program is a failure. The condition [landlock] is about the kernel.
func installed(condition string) (bool, error) {
	if condition == "landlock" {
		return sandbox.ABI() > 0, nil
	}
	program, ok := strings.CutPrefix(condition, "installed:")
	if !ok {
		return false, fmt.Errorf("no such condition: %s", condition)
	}
	_, err := exec.LookPath(program)
	if err != nil && os.Getenv("POPFETCH_INTEROP") == "required" {
		return false, err
	}
	return err == nil, nil
}

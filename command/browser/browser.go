package browser

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// Open shows an address in the person's browser: $BROWSER, or what the system has
// for it. Nobody waits for it to end.
func Open(address string, environment []string) error {
	words, err := findBrowser()
	if err != nil {
		return err
	}
	cmd := exec.Command(words[0], append(words[1:], address)...)
	cmd.Env = environment
	cmd.SysProcAttr = apart // Ctrl-C is for us, not for all its windows
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Process.Release()
}

var errNoDisplay = errors.New("there is no display")

// findBrowser returns the command that shows an address.
func findBrowser() ([]string, error) {
	first, _, _ := strings.Cut(os.Getenv("BROWSER"), string(os.PathListSeparator))
	if own := strings.Fields(strings.TrimSuffix(first, "%s")); len(own) > 0 {
		return own, nil
	}
	switch {
	case runtime.GOOS == "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler"}, nil
	case runtime.GOOS == "darwin":
		return []string{"open"}, nil
	case os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "":
		return nil, errNoDisplay
	default:
		return []string{"xdg-open"}, nil
	}
}

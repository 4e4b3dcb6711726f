package line

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/urfave/cli/v2"
)

// A UsageError says that the command line can't be understood.
type UsageError struct{ text, hint string }

// NewUsageError returns a UsageError.
func NewUsageError(text, hint string) *UsageError { return &UsageError{text, hint} }

// Error implements error.
func (e *UsageError) Error() string { return e.text }

// Hint tells the way out, where there is one.
func (e *UsageError) Hint() string { return e.hint }

// unknownCommand says which command was most likely meant.
func unknownCommand(name string, commands []*cli.Command) error {
	hint := "popfetch --help lists the commands"
	if near := NearestCommand(name, commands); near != "" {
		hint = fmt.Sprintf("did you mean %q? %s", near, hint)
	}
	return NewUsageError(fmt.Sprintf("there is no command %q", name), hint)
}

// helpHint names the help of the command that was given, or of the program.
func helpHint(c *cli.Command) string {
	help := "popfetch --help"
	if c != nil && c.Name != "" && c.Name != "popfetch" {
		help = "popfetch " + strings.TrimPrefix(c.HelpName, "popfetch ") + " --help"
	}
	return help + " lists the flags"
}

// badValues are the words of the flag package for a value that doesn't fit, and
// ours.
var badValues = []struct {
	theirs *regexp.Regexp
	ours   string
}{
	{regexp.MustCompile(`^invalid boolean value "(.*)" for -+(\S+): .*$`), "--$2 takes no value: $1"},
	{regexp.MustCompile(`^invalid value "(.*)" for flag -+(\S+): parse error$`), "--$2 wants a number, not $1"},
	{regexp.MustCompile(`^invalid value "(.*)" for flag -+(\S+): value out of range$`), "--$2 wants a smaller number than $1"},
	{regexp.MustCompile(`^invalid value "(.*)" for flag -+(\S+): (.*)$`), "--$2: $3"},
}

// badUsage is for values that don't fit. All else arrange has found before.
func badUsage(c *cli.Context, err error, _ bool) error {
	text := err.Error()
	for _, bad := range badValues {
		if bad.theirs.MatchString(text) {
			text = bad.theirs.ReplaceAllString(text, bad.ours)
			break
		}
	}
	return NewUsageError(text, helpHint(c.Command))
}

package line

import (
	"strings"

	"github.com/urfave/cli/v2"
)

// FlagUsage splits the help of a flag into what its value is called, in
// capitals or as the words to choose from, and the text.
func FlagUsage(f cli.Flag) (value, text string) {
	documented, ok := f.(cli.DocGenerationFlag)
	if !ok {
		return "", ""
	}
	text = documented.GetUsage()
	before, rest, _ := strings.Cut(text, "`")
	value, after, quoted := strings.Cut(rest, "`")
	if !quoted {
		return "", text
	}
	return value, before + value + after
}

// argumentKind names what stands at a place behind a command whose help has usage
// there, such as "ACCOUNT [UID…]".
func argumentKind(usage string, place int) string {
	words := strings.Fields(usage)
	if len(words) == 0 {
		return ""
	}
	last := len(words) - 1
	if place > last && !strings.HasSuffix(strings.TrimSuffix(words[last], "]"), "…") {
		return ""
	}
	return strings.Trim(words[min(place, last)], "[]…")
}

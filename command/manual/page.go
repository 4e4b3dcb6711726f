package manual

import (
	_ "embed"
	"fmt"
	"iter"
	"strings"

	"github.com/urfave/cli/v2"
)

// source is the page as it is edited.
//
//go:embed popfetch.1.txt
var source string

// Page returns the whole page in roff.
func Page(app *cli.App) string {
	r := &roff{}
	fmt.Fprintf(r, ".TH POPFETCH 1 \"\" \"popfetch %s\" \"User Commands\"\n", roffEscape(app.Version))
	for block := range sourceBlocks() {
		first, rest, _ := strings.Cut(block, "\n")
		title, isTitle := strings.CutPrefix(block, "# ")
		part, isPart := strings.CutPrefix(block, "## ")
		about, isItem := strings.CutPrefix(rest, ": ")
		name, isInsertion := strings.CutPrefix(block, "{{")
		switch {
		case isTitle:
			r.writeSection(title)
		case isPart:
			r.writePart(part)
		case isItem:
			r.writeItem(first, unwrapBlock(about))
		case isInsertion:
			r.writeInsertion(app, strings.TrimSuffix(name, "}}"))
		default:
			r.writeText(unwrapBlock(block))
		}
	}
	return r.String()
}

// sourceBlocks are those of the source, from the first section on.
func sourceBlocks() iter.Seq[string] {
	_, text, _ := strings.Cut(strings.TrimSuffix(source, "\n"), "\n# ")
	return strings.SplitSeq("# "+text, "\n\n")
}

// unwrapBlock is a block in which each paragraph is one line, as roff fills lines
// by itself.
func unwrapBlock(block string) string {
	var text strings.Builder
	between := ""
	for line := range strings.SplitSeq(block, "\n") {
		if strings.HasPrefix(line, "  ") && between != "" {
			between = "\n"
		}
		text.WriteString(between + line)
		if between = " "; strings.HasPrefix(line, "  ") {
			between = "\n"
		}
	}
	return text.String()
}

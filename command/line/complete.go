package line

import (
	"strings"

	"github.com/urfave/cli/v2"

	"popfetch/command/term"
)

// CompleteWord is a command that only the scripts of completion give:
//
//	popfetch __complete bash LINE PIECE
//	popfetch __complete zsh|fish WORD…
//
// LINE goes up to the cursor, and PIECE is that part of its last word which
// bash will replace; the last WORD is the one at the cursor. The answer is a
// line for each word that could stand there, for zsh and fish with a tab and
// its description behind it, or else one of the lines below, which leave the
// matter to the shell. Whatever is wrong, there is no answer and no error: a
// person is typing. Nothing but the configuration is read.
const CompleteWord = "__complete"

// What the shell completes by itself.
const (
	anyFile = ":files"
	anyDir  = ":dirs"
)

// A Proposal is a word that could stand at the cursor.
type Proposal struct{ Word, About string }

// isShells reports whether the shell knows better.
func (p Proposal) isShells() bool { return p.Word == anyFile || p.Word == anyDir }

// Complete returns the lines that answer a script. The accounts are those of a
// configuration file, which may have no name.
func Complete(app *cli.App, accounts func(file string) []Proposal, shell string, words []string) (lines []string) {
	c := &completion{app, accounts}
	if shell == "bash" {
		if len(words) == 2 {
			lines = c.forBash(words[0], words[1])
		}
		return lines
	}
	for _, p := range c.proposeWords(words) {
		if p.isShells() {
			lines = append(lines, p.Word)
		} else {
			lines = append(lines, p.Word+"\t"+term.Clean(p.About))
		}
	}
	return lines
}

// A completion is what a completion knows beside the words that were typed.
type completion struct {
	app      *cli.App
	accounts func(file string) []Proposal
}

// forBash answers bash, which chooses nothing by itself, and replaces only what
// stands behind the last "=", "@" or the like.
func (c *completion) forBash(line, piece string) (lines []string) {
	words, redirected := bashWords(line)
	if redirected {
		return []string{anyFile}
	}
	typed := words[len(words)-1]
	kept := 0
	if strings.HasSuffix(typed, piece) {
		kept = len(typed) - len(piece)
	}
	for _, p := range c.proposeWords(words) {
		switch {
		case p.isShells():
			lines = append(lines, p.Word)
		case strings.HasPrefix(p.Word, typed):
			lines = append(lines, p.Word[kept:])
		}
	}
	return lines
}

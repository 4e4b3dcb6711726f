package command

import (
	"strings"

	"github.com/urfave/cli/v2"

	"popfetch/command/term"
)

// completeWord is a command that only the scripts of completion give:
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
const completeWord = "__complete"

// What the shell completes by itself.
const (
	anyFile = ":files"
	anyDir  = ":dirs"
)

// A proposal is a word that could stand at the cursor.
type proposal struct{ word, about string }

// isShells reports whether the shell knows better.
func (c proposal) isShells() bool { return c.word == anyFile || c.word == anyDir }

// complete answers a script.
func (p *program) complete(app *cli.App, shell string, words []string) {
	if shell == "bash" {
		if len(words) == 2 {
			p.completeBash(app, words[0], words[1])
		}
		return
	}
	for _, c := range p.proposals(app, words) {
		if c.isShells() {
			p.Result("%s", c.word)
		} else {
			p.Result("%s\t%s", c.word, term.Clean(c.about))
		}
	}
}

// completeBash answers bash, which chooses nothing by itself, and replaces
// only what stands behind the last "=", "@" or the like.
func (p *program) completeBash(app *cli.App, line, piece string) {
	words, redirected := bashWords(line)
	if redirected {
		p.Result(anyFile)
		return
	}
	typed := words[len(words)-1]
	kept := 0
	if strings.HasSuffix(typed, piece) {
		kept = len(typed) - len(piece)
	}
	for _, c := range p.proposals(app, words) {
		switch {
		case c.isShells():
			p.Result("%s", c.word)
		case strings.HasPrefix(c.word, typed):
			p.Result("%s", c.word[kept:])
		}
	}
}

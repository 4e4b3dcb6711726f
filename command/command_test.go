package command

import (
	"context"

	"popfetch/command/term"
)

// run runs the program with what it is to write to.
func run(ctx context.Context, u *term.UI, args []string) (code int) {
	return (&program{UI: u}).runCommandLine(ctx, args)
}

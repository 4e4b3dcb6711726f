package command

import "context"

// run runs the program with what it is to write to.
func run(ctx context.Context, u *ui, args []string) (code int) {
	return (&program{ui: u}).perform(ctx, args)
}

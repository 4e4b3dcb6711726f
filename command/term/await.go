package term

import "context"

// Await returns what do returns, or why ctx ended if that comes first. It is
// for a read of stdin, which nothing can interrupt; the goroutine that is left
// behind ends with the program.
func Await[T any](ctx context.Context, do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := do()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var nothing T
		return nothing, context.Cause(ctx)
	}
}

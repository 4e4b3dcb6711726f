//go:build race

package fetch

// raced is whether the race detector watches, which makes everything several
// times slower.
const raced = true

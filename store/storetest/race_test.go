//go:build race

package storetest_test

// step is how many operations there are from one crash to the next. The race
// detector makes everything several times slower.
const step = 2

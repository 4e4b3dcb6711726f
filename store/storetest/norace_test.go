//go:build !race

package storetest_test

const step = 1

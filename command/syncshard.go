package command

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"

	"popfetch/command/line"
)

// accountsOfShard keeps the accounts that belong to shard I of N. It goes by the name
// alone, so that several machines share the accounts without talking; for the
// same reason the hash must never change.
func accountsOfShard(accounts []account, which string) ([]account, error) {
	if which == "" {
		return accounts, nil
	}
	first, second, _ := strings.Cut(which, "/")
	i, err := strconv.ParseUint(first, 10, 32)
	n, errN := strconv.ParseUint(second, 10, 32)
	if err != nil || errN != nil || i < 1 || i > n {
		return nil, line.NewUsageError(fmt.Sprintf("--shard %q", which), "it is I/N with I from 1 to N, as in 2/3")
	}
	var mine []account
	for _, a := range accounts {
		hash := fnv.New32a()
		hash.Write([]byte(a.Name))
		if uint64(hash.Sum32())%n == i-1 {
			mine = append(mine, a)
		}
	}
	return mine, nil
}

package command

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/command/line"
)

// TestShardIsStable holds the shards as they were first: machines of different
// versions share the accounts between them.
func TestShardIsStable(t *testing.T) {
	var accounts []account
	for i := range 12 {
		accounts = append(accounts, account{Name: fmt.Sprintf("account-%d", i)})
	}
	want := map[string][]string{
		"1/3": {"account-0", "account-3", "account-5", "account-11"},
		"7/9": {"account-3"},
	}
	for which, names := range want {
		mine, err := accountsOfShard(accounts, which)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range mine {
			got = append(got, a.Name)
		}
		if diff := cmp.Diff(names, got); diff != "" {
			t.Errorf("shard %s: %s", which, diff)
		}
	}
}

// TestShardsPart finds each account in exactly one shard, whatever their number.
func TestShardsPart(t *testing.T) {
	const many = 1000
	var accounts []account
	for i := range many {
		accounts = append(accounts, account{Name: fmt.Sprintf("account-%d", i)})
	}
	for _, n := range []int{1, 2, 7, 64} {
		seen := map[string]bool{}
		for i := range n {
			mine, err := accountsOfShard(accounts, fmt.Sprintf("%d/%d", i+1, n))
			if err != nil {
				t.Fatal(err)
			}
			if len(mine) < many/n/2 || len(mine) > many/n*2 {
				t.Errorf("shard %d/%d has %d of %d accounts", i+1, n, len(mine), many)
			}
			for _, a := range mine {
				if seen[a.Name] {
					t.Errorf("%s is in two of %d shards", a.Name, n)
				}
				seen[a.Name] = true
			}
		}
		if len(seen) != many {
			t.Errorf("%d of %d accounts are in one of %d shards", len(seen), many, n)
		}
	}
}

func TestBadShard(t *testing.T) {
	for _, which := range []string{"0/3", "4/3", "1", "1/", "/3", "a/b", "1/2/3", "-1/3", "1/0", " 1/3", "1/3 ", "1/3x"} {
		if _, err := accountsOfShard(nil, which); !isError[*line.UsageError](err) {
			t.Errorf("%q: %v", which, err)
		}
	}
}

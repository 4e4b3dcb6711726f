package main

import (
	"math"
	"slices"
	"time"

	"popfetch/testdata/bench/corpus"
)

// A Case is one job that all programs do. A measured run fetches all that the server holds, or, if
// Seen, all that it has beyond what the program fetched before.
type Case struct {
	Name  string
	Title string // with the counts at full size
	Note  string

	Accounts int
	Messages int // for each account, before anything is Late
	Size     corpus.Size
	Seen     bool
	Late     int // messages for each account that come when the others were seen

	Mbox bool
	RTT  time.Duration
	Jobs int // accounts at a time, for popfetch and the limit
}

const far = 50 * time.Millisecond

// cases are the cases at a scale, in the order of the report.
func cases(scale float64) []Case {
	n := func(full int) int { return max(1, int(math.Round(float64(full)*scale))) }
	return slices.Concat(firstFetches(n), polls(n), manyAccounts(max(2, n(200))), farFetches(n))
}

func firstFetches(n func(int) int) []Case {
	return []Case{
		{
			Name: "small", Title: "First fetch of 10,000 small messages, Maildir",
			Messages: n(10_000), Size: corpus.Small,
		},
		{
			Name: "maildir", Title: "First fetch of 1,500 small messages, Maildir",
			Messages: n(1_500), Size: corpus.Small,
		},
		{
			Name: "mbox", Title: "First fetch of 1,500 small messages, mbox",
			Messages: n(1_500), Size: corpus.Small, Mbox: true,
		},
		{
			Name: "mixed", Title: "First fetch of 2,000 mixed messages, Maildir",
			Messages: n(2_000), Size: corpus.Mixed,
		},
		{
			Name: "big", Title: "First fetch of 3 messages of 300 MB, Maildir",
			Messages: 3, Size: corpus.Exactly(n(300_000_000)),
		},
	}
}

func polls(n func(int) int) []Case {
	return []Case{
		{
			Name: "nothing", Title: "Nothing new, 100,000 messages left on the server",
			Note:     "The limit is login and UIDL.",
			Messages: n(100_000), Size: corpus.Tiny, Seen: true,
		},
		{
			Name: "ten", Title: "Ten new messages, 100,000 left on the server",
			Messages: n(100_000), Size: corpus.Tiny, Seen: true, Late: 10,
		},
	}
}

func manyAccounts(accounts int) []Case {
	return []Case{
		{
			Name: "accounts", Title: "First fetch of 20 small messages from each of 200 accounts, Maildir",
			Accounts: accounts, Messages: 20, Size: corpus.Small, Jobs: 16,
		},
		{
			Name: "far-accounts", Title: "Nothing new in 200 accounts at a round trip of 50 ms",
			Note:     "The limit is login and UIDL.",
			Accounts: accounts, Messages: 20, Size: corpus.Small, Seen: true, RTT: far, Jobs: 200,
		},
	}
}

func farFetches(n func(int) int) []Case {
	return []Case{
		{
			Name: "far", Title: "First fetch of 1,500 small messages at a round trip of 50 ms, Maildir",
			Messages: n(1_500), Size: corpus.Small, RTT: far,
		},
		{
			Name: "far-nothing", Title: "Round trips of a poll: nothing new, at a round trip of 50 ms",
			Note:     "20 messages left on the server. The limit is login and UIDL.",
			Messages: 20, Size: corpus.Small, Seen: true, RTT: far,
		},
		{
			Name: "far-first", Title: "Round trips of a first fetch of 100 small messages, at a round trip of 50 ms",
			Messages: 100, Size: corpus.Small, RTT: far,
		},
	}
}

// withDefaults fills in what most cases leave out.
func (k Case) withDefaults() Case {
	k.Accounts = max(k.Accounts, 1)
	k.Jobs = max(k.Jobs, 1)
	if k.Accounts > 1 && *jobs > 0 {
		k.Jobs = *jobs
	}
	return k
}

// room is what the case needs on the disk, in bytes, with what a program may need beside the mail.
func (k Case) room() int64 {
	k = k.withDefaults()
	spec := corpus.Spec{Count: k.Messages + k.Late, Size: k.Size}
	return int64(k.Accounts) * (spec.Bytes() + int64(spec.Count)*5000) * 2
}

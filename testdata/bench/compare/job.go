package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"popfetch/testdata/bench/arrived"
	"popfetch/testdata/bench/corpus"
	"popfetch/testdata/bench/faraway"
	"popfetch/testdata/bench/measure"
	"popfetch/testdata/bench/program"
	"popfetch/testdata/bench/server"
)

// A job is a case with its server and its mail.
type job struct {
	Case
	bench    *bench
	server   *server.Server
	proxy    *faraway.Proxy // if the server is far away
	accounts []program.Account
	first    []arrived.Messages // for each account, what was there at the beginning
	late     []arrived.Messages // for each account, what came later
	runners  []*runner
	bytes    int64 // of the bodies of what a run fetches
}

// run runs one case from the server's start to its end.
func (b *bench) run(ctx context.Context, k Case) (j *job, err error) {
	j = &job{Case: k, bench: b}
	progress("%s: start the server, deliver %d × %d messages", k.Name, k.Accounts, k.Messages)
	if j.server, err = server.Start(); err != nil {
		return nil, err
	}
	defer j.server.Close()
	if err := j.fill(ctx); err != nil {
		return nil, err
	}
	defer func() { j.away(0, nil) }()
	for _, p := range b.programs {
		r := &runner{name: p.Name(), program: p}
		if _, err := p.Version(); err != nil {
			r.giveUp(err)
		}
		j.runners = append(j.runners, r)
	}
	j.runners = append(j.runners, &runner{name: limitName})
	if err := j.prepare(ctx); err != nil {
		return nil, err
	}
	return j, j.measure(ctx)
}

// fill delivers what is there at the beginning.
func (j *job) fill(ctx context.Context) (err error) {
	for i := range j.Accounts {
		j.accounts = append(j.accounts, program.Account{User: fmt.Sprintf("user%03d", i), Password: server.Password})
	}
	j.first, err = j.deliver(ctx, 0, j.Messages)
	return err
}

// deliver delivers messages to each account and has the server read everything once, so that
// its index and the page cache are the same for all that come.
func (j *job) deliver(ctx context.Context, first, count int) (all []arrived.Messages, err error) {
	j.bytes = 0
	for i, a := range j.accounts {
		spec := corpus.Spec{Seed: uint64(i + 1), First: first, Count: count, Size: j.Size}
		messages, err := j.server.Deliver(a.User, spec)
		if err != nil {
			return nil, err
		}
		all = append(all, messages)
		j.bytes += spec.Bytes()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
	if _, _, err := j.limit(ctx, j.server.Addr, "-jobs", "4"); err != nil {
		return nil, err
	}
	return all, syncDisk(filepath.Dir(j.server.CAFile))
}

// limit runs the limit program on all accounts.
func (j *job) limit(ctx context.Context, addr string, args ...string) (measure.Usage, string, error) {
	args = append([]string{filepath.Join(*bin, "limit"), "-addr", addr, "-ca", j.server.CAFile}, args...)
	for _, a := range j.accounts {
		args = append(args, a.User+":"+a.Password)
	}
	return j.run(ctx, measure.Command{Args: args, Dir: "/", User: j.bench.user})
}

// run runs a command by timed.
func (j *job) run(ctx context.Context, c measure.Command) (measure.Usage, string, error) {
	return measure.Run(ctx, filepath.Join(*bin, "timed"), c)
}

// listUIDs asks for the UIDs of each account, all of which the programs shall have seen.
func (j *job) listUIDs(ctx context.Context) error {
	for i := range j.accounts {
		one := &job{bench: j.bench, server: j.server, accounts: j.accounts[i : i+1]}
		_, text, err := one.limit(ctx, j.server.Addr, "-uidl", "-list")
		if err != nil {
			return err
		}
		j.accounts[i].Seen = strings.Fields(text)
	}
	return nil
}

// want is what a measured run has to bring.
func (j *job) want() []arrived.Messages {
	switch {
	case !j.Seen:
		return j.first
	case j.Late > 0:
		return j.late
	default:
		return make([]arrived.Messages, len(j.accounts))
	}
}

// addr is where the programs find the server.
func (j *job) addr() string {
	if j.proxy != nil {
		return j.proxy.Addr()
	}
	return j.server.Addr
}

// syncDisk waits until nothing is left to be written on the file system of a folder.
func syncDisk(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Syncfs(int(f.Fd()))
}

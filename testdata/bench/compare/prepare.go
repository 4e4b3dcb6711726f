package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"

	"popfetch/testdata/bench/arrived"
	"popfetch/testdata/bench/faraway"
)

// prepare brings the programs to where the measurement begins. What is done before that goes the
// same way to the server, port included, but without its length.
func (j *job) prepare(ctx context.Context) error {
	if j.RTT > 0 {
		if err := j.away(0, start); err != nil {
			return err
		}
	}
	if j.Seen {
		if err := j.listUIDs(ctx); err != nil {
			return err
		}
		for _, r := range j.runners {
			if err := j.prime(ctx, r); err != nil {
				return err
			}
		}
	}
	if j.Late > 0 {
		late, err := j.deliver(ctx, j.Messages, j.Late)
		if err != nil {
			return err
		}
		j.late = late
	}
	if j.RTT > 0 {
		return j.away(j.RTT, start)
	}
	return nil
}

// start is how away starts a proxy.
var start = faraway.Start

// away replaces the proxy, if there is one, by another on the same port; without a way to start
// one it only ends it.
func (j *job) away(rtt time.Duration, start func(string, string, time.Duration) (*faraway.Proxy, error)) (err error) {
	address := "127.0.0.1:0"
	if j.proxy != nil {
		address = j.proxy.Addr()
		if err := j.proxy.Close(); err != nil {
			return err
		}
		j.proxy = nil
	}
	if start != nil {
		j.proxy, err = start(address, j.server.Addr, rtt)
	}
	return err
}

// prime has a program know all messages and keeps its folder for the measured runs. A program that
// fails here has failed the case, and that is no error.
func (j *job) prime(ctx context.Context, r *runner) error {
	if r.program == nil || r.out() {
		return nil
	}
	progress("%s: %s gets to know the messages", j.Name, r.name)
	if err := j.acquaint(ctx, r); ctx.Err() != nil {
		return context.Cause(ctx)
	} else if err != nil {
		r.giveUp(fmt.Errorf("before the measurement: %w", err))
		return nil
	}
	return j.keep(r)
}

// acquaint makes a program remember all messages, and checks that it does.
func (j *job) acquaint(ctx context.Context, r *runner) error {
	remembers, err := j.configure(r)
	if err != nil {
		return err
	}
	if !remembers {
		if _, err := j.try(ctx, r, j.first); err != nil {
			return err
		}
		if err := j.emptyMailboxes(r); err != nil {
			return err
		}
	}
	_, err = j.try(ctx, r, make([]arrived.Messages, len(j.accounts)))
	return err
}

// keep puts a program's folder aside.
func (j *job) keep(r *runner) error {
	if err := remove(j.primed(r)); err != nil {
		return err
	}
	return os.Rename(j.task(r).Dir, j.primed(r))
}

// restore makes a program's folder what it was when it was put aside.
func (j *job) restore(r *runner) error {
	return exec.Command("cp", "-a", j.primed(r), j.task(r).Dir).Run()
}

// primed is where a program's folder lies aside.
func (j *job) primed(r *runner) string { return j.task(r).Dir + ".primed" }

// configure makes a program's folder anew.
func (j *job) configure(r *runner) (remembers bool, err error) {
	t := j.task(r)
	if err := remove(t.Dir); err != nil {
		return false, err
	}
	if err := os.MkdirAll(t.Dir, 0o700); err != nil {
		return false, err
	}
	if remembers, err = r.program.Configure(t); err != nil {
		return false, err
	}
	if err := t.MakeMailboxes(); err != nil {
		return false, err
	}
	return remembers, j.bench.user.Own(t.Dir)
}

func (j *job) emptyMailboxes(r *runner) error {
	t := j.task(r)
	if err := remove(t.Mailbox("")); err != nil {
		return err
	}
	if err := t.MakeMailboxes(); err != nil {
		return err
	}
	return j.bench.user.Own(t.Dir)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"popfetch/testdata/bench/arrived"
	"popfetch/testdata/bench/measure"
	"popfetch/testdata/bench/program"
)

// limitName is what the report calls the limit program.
const limitName = "limit"

// maxRun is how long one run may take.
const maxRun = 20 * time.Minute

// A runner is a program in a case, with what it took; without a program it is the limit.
type runner struct {
	name    string
	program program.Program
	runs    []sample
	failed  []error // one for each run that went wrong
}

// maxFailures is how often a program may fail in a case: some fail by chance.
const maxFailures = 3

// A sample is one measured run.
type sample struct {
	measure.Usage
	trips float64 // round trips, for each account
}

// giveUp takes the program out of the case.
func (r *runner) giveUp(err error) { r.failed = slices.Repeat([]error{err}, maxFailures) }

// out tells whether it is out of the case.
func (r *runner) out() bool { return len(r.failed) >= maxFailures }

// spent is the time of all good runs.
func (r *runner) spent() (sum time.Duration) {
	for _, s := range r.runs {
		sum += s.Wall
	}
	return sum
}

// measure has all runners take turns. Each round begins with another one.
func (j *job) measure(ctx context.Context) error {
	for round := range *rounds {
		for i := range j.runners {
			r := j.runners[(i+round)%len(j.runners)]
			if r.out() || r.spent() > *budget {
				continue
			}
			s, err := j.once(ctx, r)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err != nil {
				r.failed = append(r.failed, err)
				progress("%s %d/%d: %s failed: %v", j.Name, round+1, *rounds, r.name, err)
				continue
			}
			r.runs = append(r.runs, s)
			progress("%s %d/%d: %s %.2f s", j.Name, round+1, *rounds, r.name, s.Wall.Seconds())
		}
	}
	return nil
}

// once is one measured run, from a fresh state to a verified result.
func (j *job) once(ctx context.Context, r *runner) (s sample, err error) {
	if r.program == nil {
		return j.onceLimit(ctx)
	}
	if j.Seen {
		err = j.restore(r)
	} else {
		_, err = j.configure(r)
	}
	if err != nil {
		return s, err
	}
	if err := syncDisk(*mail); err != nil {
		return s, err
	}
	s, err = j.try(ctx, r, j.want())
	return s, errors.Join(err, remove(j.task(r).Dir), syncDisk(*mail))
}

// try runs a program on its folder as it is and compares what has arrived.
func (j *job) try(ctx context.Context, r *runner, want []arrived.Messages) (s sample, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, maxRun, fmt.Errorf("it wasn't done after %v", maxRun))
	defer cancel()
	t := j.task(r)
	j.roundTrips() // of whoever came before
	s.Usage, _, err = j.run(ctx, measure.Command{
		Args: r.program.Args(t), Env: program.Environment(t, j.bench.user.Name),
		Dir: t.Dir, Fine: r.program.Fine(), User: j.bench.user,
	})
	s.trips = j.roundTrips()
	if err != nil {
		return s, anonymous(err)
	}
	for i, a := range j.accounts {
		compare := arrived.Maildir
		if j.Mbox {
			compare = arrived.Mbox
		}
		if err := compare(t.Mailbox(a.User), want[i]); err != nil {
			return s, err
		}
	}
	return s, nil
}

// onceLimit is one measured run of the limit.
func (j *job) onceLimit(ctx context.Context) (s sample, err error) {
	args := []string{"-jobs", strconv.Itoa(j.Jobs)}
	expected := 0
	for _, messages := range j.want() {
		expected += len(messages)
	}
	if j.Seen {
		args = append(args, "-skip", strconv.Itoa(j.Messages))
	}
	j.roundTrips()
	var text string
	s.Usage, text, err = j.limit(ctx, j.addr(), args...)
	s.trips = j.roundTrips()
	if err == nil && !strings.HasPrefix(text, strconv.Itoa(expected)+" messages") {
		err = fmt.Errorf("read %s instead of %d", strings.TrimSpace(text), expected)
	}
	return s, anonymous(err)
}

// roundTrips are those since it was last asked, for each account.
func (j *job) roundTrips() float64 {
	if j.proxy == nil {
		return 0
	}
	return float64(j.proxy.RoundTrips()) / float64(len(j.accounts))
}

// task is a program's task, in the folder that it has in all rounds.
func (j *job) task(r *runner) *program.Task {
	return &program.Task{
		Dir: filepath.Join(*mail, folder(r.name)), Addr: j.addr(), CAFile: j.server.CAFile,
		Accounts: j.accounts, Mbox: j.Mbox, Jobs: j.Jobs,
	}
}

// remove removes a folder, even if something that was killed just now still wrote to it.
func remove(dir string) (err error) {
	for range 20 {
		if err = os.RemoveAll(dir); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

// anonymous takes the folders of this machine out of an error.
func anonymous(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(strings.NewReplacer(*mail, "…", *bin, "…", os.TempDir(), "…").Replace(err.Error()))
}

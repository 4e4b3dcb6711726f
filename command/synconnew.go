package command

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"popfetch/store/shell"
)

const (
	// onNewTime is how long a command of on_new may take.
	onNewTime = 5 * time.Minute

	// onNewLast is how long it may still take when the program has to stop: mail
	// has come, and no later sync will say so again.
	onNewLast = 10 * time.Second
)

// hooks run the commands of on_new, apart from the syncs: an account whose
// command is slow keeps no other one waiting. It doesn't run twice at a time;
// what comes meanwhile is for one more run of it.
type hooks struct {
	program *program
	slots   chan struct{}
	running sync.WaitGroup
	ctx     context.Context // outlives that of the program by onNewLast
	close   func()

	mu    sync.Mutex
	fresh map[string]int // messages that a command is to be told of, by account at work
}

// newHooks makes hooks that run so many commands at a time.
func newHooks(ctx context.Context, p *program, jobs int) *hooks {
	h := &hooks{program: p, slots: make(chan struct{}, jobs), fresh: map[string]int{}}
	last, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(onNewLast, cancel) })
	h.ctx, h.close = last, func() { stop(); cancel() }
	return h
}

// startCommand runs the account's command if the sync brought mail. It doesn't wait.
func (h *hooks) startCommand(a account, o outcome) {
	if a.OnNew == "" || o.report.New == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, busy := h.fresh[a.Name]; !busy {
		h.running.Go(func() { h.runCommand(a) })
	}
	h.fresh[a.Name] += o.report.New
}

// runCommand runs the account's command until no more mail has come meanwhile.
func (h *hooks) runCommand(a account) {
	h.slots <- struct{}{}
	defer func() { <-h.slots }()
	for fresh := h.takeFresh(a.Name); fresh > 0; fresh = h.takeFresh(a.Name) {
		if err := runOnNew(h.ctx, a, fresh, onNewTime); err != nil {
			h.program.reportError(titleOf(a), err)
		}
	}
}

// takeFresh returns how many messages came since it was asked last. When there are
// none, the account's command isn't at work any more.
func (h *hooks) takeFresh(account string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	fresh := h.fresh[account]
	if fresh == 0 {
		delete(h.fresh, account)
	} else {
		h.fresh[account] = 0
	}
	return fresh
}

// wait waits until all of them have ended.
func (h *hooks) wait() {
	h.running.Wait()
	h.close()
}

// runOnNew runs the account's command. Its stdin and stdout are the null device:
// our stdout has what was asked for, and from cron a word means that something
// is wrong. For the same reason its stderr counts only when it fails.
func runOnNew(ctx context.Context, a account, fresh int, limit time.Duration) error {
	variables := append(variablesFor(a), "POPFETCH_NEW="+strconv.Itoa(fresh))
	result, err := shell.Command{Text: a.OnNew, Time: limit, Variables: variables}.Run(ctx)
	switch complaint := result.Complaint.LastLine(); {
	case err == nil:
		return nil
	case isError[*shell.SlowError](err):
		return fmt.Errorf("on_new: stopped after %s", limit)
	case ctx.Err() != nil:
		return errors.New("on_new: stopped with popfetch")
	case complaint != "":
		return fmt.Errorf("on_new: %s: %s", err, complaint)
	default:
		return fmt.Errorf("on_new: %s", err)
	}
}

package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"

	"popfetch/fetch"
	"popfetch/store/shell"
)

// filterTime is how long a filter may think about a message.
const filterTime = time.Minute

// verdicts are what the exit codes of a filter mean.
var verdicts = map[int]fetch.Verdict{0: fetch.Accept, 1: fetch.Discard, 2: fetch.Leave}

// maxHangs is how many messages in a row a filter may come to no end with.
const maxHangs = 3

// filterOf is the account's filter, or nil. Its command gets the header on stdin,
// and may leave it unread.
func filterOf(a account) fetch.Filter {
	if a.Filter == "" {
		return nil
	}
	hangs := 0
	return func(ctx context.Context, header io.Reader) (fetch.Verdict, error) {
		verdict, err := filter(ctx, a, header)
		if ctx.Err() != nil {
			return fetch.Leave, ctx.Err()
		}
		if !is[*shell.SlowError](err) {
			hangs = 0
			return verdict, err
		}
		err = errors.New(err.Error()) // which isn't the run's
		if hangs++; hangs == maxHangs {
			err = &fetch.FilterError{Err: &configError{err, "it did so " + times(hangs) + " in a row"}}
		}
		return fetch.Leave, err
	}
}

// filter runs the account's filter once.
func filter(ctx context.Context, a account, header io.Reader) (fetch.Verdict, error) {
	result, err := shell.Command{Text: a.Filter, Time: filterTime, Input: header, Variables: variablesFor(a)}.Run(ctx)
	if err == nil {
		return fetch.Accept, nil
	}
	ended, hasEnded := errors.AsType[*exec.ExitError](err)
	if is[*shell.SlowError](err) || ctx.Err() != nil {
		return fetch.Leave, err
	}
	if !hasEnded {
		return fetch.Leave, &fetch.FilterError{Err: &configError{err, ""}}
	}
	complaint := result.Complaint.LastLine()
	verdict, ok := verdicts[ended.ExitCode()]
	switch {
	case verdict == fetch.Discard && complaint != "":
		// A script that dies of an error of its own mostly ends with 1, too.
		return fetch.Leave, fmt.Errorf("exit status 1 would delete it, but not with a complaint: %q", complaint)
	case ok:
		return verdict, nil
	case shell.IsMissing(ended.ExitCode()) && shell.MissingProgram(a.Filter) != "":
		return fetch.Leave, &fetch.FilterError{Err: &configError{
			unexpected(ended, complaint), "check the command of filter, and give whole paths: cron's PATH is short",
		}}
	}
	return fetch.Leave, unexpected(ended, complaint)
}

// unexpected says that a filter ended as none should.
func unexpected(ended *exec.ExitError, complaint string) error {
	if complaint != "" {
		return fmt.Errorf("%s: %q", ended.ProcessState, complaint)
	}
	return fmt.Errorf("%s, which is none of 0, 1 and 2", ended.ProcessState)
}

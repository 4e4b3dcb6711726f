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
		verdict, err := runFilter(ctx, a, header)
		if ctx.Err() != nil {
			return fetch.Leave, ctx.Err()
		}
		if !isError[*shell.SlowError](err) {
			hangs = 0
			return verdict, err
		}
		err = errors.New(err.Error()) // which isn't the run's
		if hangs++; hangs == maxHangs {
			err = &fetch.FilterError{Err: &configError{err, "it did so " + timesText(hangs) + " in a row"}}
		}
		return fetch.Leave, err
	}
}

// runFilter runs the account's filter once.
func runFilter(ctx context.Context, a account, header io.Reader) (fetch.Verdict, error) {
	result, err := shell.Command{Text: a.Filter, Time: filterTime, Input: header, Variables: variablesFor(a)}.Run(ctx)
	if err == nil {
		return fetch.Accept, nil
	}
	ended, hasEnded := errors.AsType[*exec.ExitError](err)
	if isError[*shell.SlowError](err) || ctx.Err() != nil {
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
			unexpectedExit(ended, complaint), "check the command of filter, and give whole paths: cron's PATH is short",
		}}
	}
	return fetch.Leave, unexpectedExit(ended, complaint)
}

// unexpectedExit says that a filter ended as none should.
func unexpectedExit(ended *exec.ExitError, complaint string) error {
	if complaint != "" {
		return fmt.Errorf("%s: %q", ended.ProcessState, complaint)
	}
	return fmt.Errorf("%s, which is none of 0, 1 and 2", ended.ProcessState)
}

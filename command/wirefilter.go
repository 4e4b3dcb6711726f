package command

import (
	"context"
	"fmt"
	"io"
	"os"
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
func (p *program) filterOf(a account) fetch.Filter {
	if a.Filter == "" {
		return nil
	}
	hangs := 0
	return func(ctx context.Context, header io.Reader) (fetch.Verdict, error) {
		limited, cancel := context.WithTimeout(ctx, filterTime)
		defer cancel()
		verdict, err := p.filter(limited, a, header)
		switch {
		case limited.Err() == nil:
			hangs = 0
			return verdict, err
		case ctx.Err() != nil:
			return fetch.Leave, ctx.Err()
		}
		err = fmt.Errorf("it came to no end in %s, and was stopped", filterTime)
		if hangs++; hangs == maxHangs {
			err = &fetch.FilterError{Err: &configError{err, "it did so " + times(hangs) + " in a row"}}
		}
		return fetch.Leave, err
	}
}

// filter runs the account's filter once.
func (p *program) filter(ctx context.Context, a account, header io.Reader) (fetch.Verdict, error) {
	var complaint shell.Complaint
	run := shell.Command(ctx, a.Filter)
	run.Stdin, run.Stderr = header, &complaint
	run.Env = variablesFor(a)
	err := run.Run()
	ended := run.ProcessState
	if ended == nil {
		return fetch.Leave, &fetch.FilterError{Err: &configError{err, ""}}
	}
	verdict, ok := verdicts[ended.ExitCode()]
	switch {
	case verdict == fetch.Discard && complaint.String() != "":
		// A script that dies of an error of its own mostly ends with 1, too.
		return fetch.Leave, fmt.Errorf("exit status 1 would delete it, but not with a complaint: %q", &complaint)
	case ok:
		return verdict, nil
	case shell.IsMissing(ended.ExitCode()) && shell.MissingProgram(a.Filter) != "":
		return fetch.Leave, &fetch.FilterError{Err: &configError{
			unexpected(ended, &complaint), "check the command of filter, and give whole paths: cron's PATH is short",
		}}
	}
	return fetch.Leave, unexpected(ended, &complaint)
}

// unexpected says that a filter ended as none should.
func unexpected(ended *os.ProcessState, complaint *shell.Complaint) error {
	if text := complaint.String(); text != "" {
		return fmt.Errorf("%s: %q", ended, text)
	}
	return fmt.Errorf("%s, which is none of 0, 1 and 2", ended)
}

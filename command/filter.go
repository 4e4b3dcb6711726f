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

// filterOf is the account's filter, or nil. Its command gets the header on stdin,
// and may leave it unread.
func (p *program) filterOf(a account) fetch.Filter {
	if a.Filter == "" {
		return nil
	}
	return func(ctx context.Context, header io.Reader) (fetch.Verdict, error) {
		limited, cancel := context.WithTimeout(ctx, filterTime)
		defer cancel()
		var complaint shell.Complaint
		run := shell.Command(limited, a.Filter)
		run.Stdin, run.Stderr = header, &complaint
		run.Env = p.variablesFor(a)
		err := run.Run()
		if limited.Err() != nil {
			return fetch.Leave, fmt.Errorf("it came to no end in %s, and was stopped", filterTime)
		}
		ended, failed := errors.AsType[*exec.ExitError](err)
		if err == nil || errors.Is(err, exec.ErrWaitDelay) || failed {
			if verdict, ok := verdicts[run.ProcessState.ExitCode()]; ok {
				return verdict, nil
			}
			err = unexpected(ended, &complaint)
		}
		return fetch.Leave, err
	}
}

// unexpected says that a filter ended as none should.
func unexpected(ended *exec.ExitError, complaint *shell.Complaint) error {
	if text := complaint.String(); text != "" {
		return fmt.Errorf("%w: %q", ended, text)
	}
	return fmt.Errorf("%w, which is none of 0, 1 and 2", ended)
}

package command_test

import (
	"errors"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// exits runs a program and demands its exit code.
func (s *story) exits(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 2, -1, "exits CODE PROGRAM ARG…")
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		code = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, not %s", code, args[0])
	}
}

// signal sends a signal to the program that was put into the background last,
// and gives it time to notice: on a busy machine what the script releases next
// may come to it sooner.
func (s *story) signal(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 1, 1, "signal INT|TERM|KILL")
	number, ok := map[string]syscall.Signal{
		"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL,
	}[args[0]]
	running := ts.BackgroundCmds()
	if !ok || len(running) == 0 {
		ts.Fatalf("no signal %s, or nobody to get it", args[0])
	}
	s.signalled = running[len(running)-1]
	ts.Check(s.signalled.Process.Signal(number))
	if number != syscall.SIGKILL {
		time.Sleep(200 * time.Millisecond)
	}
}

// ended demands the exit code of the program that got a signal and was waited
// for, or one of several; -1 is a program that a signal killed.
func (s *story) ended(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 1, 1, "ended CODE[|CODE]")
	if s.signalled == nil || s.signalled.ProcessState == nil {
		ts.Fatalf("first signal, then wait, then ended")
	}
	code := s.signalled.ProcessState.ExitCode()
	if !slices.Contains(strings.Split(args[0], "|"), strconv.Itoa(code)) {
		ts.Fatalf("exit code %d, not %s", code, args[0])
	}
}

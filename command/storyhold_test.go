package command_test

import (
	"fmt"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long a story waits for what must come.
const patience = 30 * time.Second

// held waits until a session waits at the command of "fault … hold".
func (s *story) held(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 0, 0, "held")
	f := &s.memory(ts).faults
	f.mu.Lock()
	hold := f.hold
	f.mu.Unlock()
	if hold == nil {
		ts.Fatalf("first fault … hold")
	}
	select {
	case <-hold.reached:
	case <-time.After(patience):
		ts.Fatalf("nobody came to be held")
	}
}

// release lets the sessions that are held go on.
func (s *story) release(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 0, 0, "release")
	s.memory(ts).faults.release()
}

// commands prints what the client said in the last session.
func (s *story) commands(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 0, 0, "commands")
	for _, line := range s.memory(ts).dialogue() {
		fmt.Fprintln(ts.Stdout(), line)
	}
}

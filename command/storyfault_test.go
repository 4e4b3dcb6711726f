package command_test

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// faults are what a story makes the server do wrong, in the order in which
// the script names them.
type faults struct {
	mu   sync.Mutex
	all  []pop3d.Intercept
	hold *holdLedgers // nil without one
}

func (f *faults) intercept(c *pop3d.Conn, cmd pop3d.Command) bool {
	f.mu.Lock()
	all := f.all
	f.mu.Unlock()
	return fault.Chain(all...)(c, cmd)
}

func (f *faults) add(harm pop3d.Intercept) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, harm)
}

// A hold keeps a session waiting at one command.
type holdLedgers struct {
	reached  chan struct{}
	released chan struct{}
	once     sync.Once
}

// intercept lets the command be carried out once it is released.
func (h *holdLedgers) intercept(c *pop3d.Conn, _ pop3d.Command) bool {
	if c.Flush() != nil {
		return false
	}
	h.once.Do(func() { close(h.reached) })
	<-h.released
	return false
}

// release lets those go on who are held, and nobody be held any more.
func (f *faults) release() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.hold != nil {
		close(f.hold.released)
	}
	f.hold = nil
}

// heal ends all faults.
func (f *faults) heal() {
	f.release()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = nil
}

// holdAt makes the fault that keeps a session waiting.
func (f *faults) holdAt() pop3d.Intercept {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.hold == nil {
		f.hold = &holdLedgers{reached: make(chan struct{}), released: make(chan struct{})}
	}
	return f.hold.intercept
}

// memory is the server, which has to be one that can do wrong.
func (s *story) memory(ts *testscript.TestScript) *memoryServer {
	server, ok := s.server.(*memoryServer)
	if !ok {
		ts.Fatalf("only pop3d can do that")
	}
	return server
}

// fault makes the server do wrong from now on, or do right again.
func (s *story) fault(ts *testscript.TestScript, args []string) {
	f := &s.memory(ts).faults
	if len(args) == 1 && args[0] == "none" {
		f.heal()
		return
	}
	wantArgs(ts, args, 2, -1, "fault COMMAND[#NTH|@MESSAGE] ACTION [ARG…] or fault none")
	match, err := parseMatch(args[0])
	ts.Check(err)
	if args[1] == "hold" {
		f.add(fault.When(match, f.holdAt()))
		return
	}
	action, err := parseAction(args[1], args[2:])
	ts.Check(err)
	f.add(fault.When(match, action...))
}

// parseMatch reads which commands a fault is about, as in RETR, RETR#3 for the
// third that comes, or RETR@3 for those of message 3.
func parseMatch(text string) (fault.Match, error) {
	verb, number, _ := strings.Cut(strings.Replace(text, "@", "#", 1), "#")
	if number == "" {
		return fault.Verb(verb), nil
	}
	n, err := strconv.Atoi(number)
	if strings.Contains(text, "@") {
		return fault.Number(verb, n), err
	}
	return fault.Nth(int64(n), fault.Verb(verb)), err
}

// parseAction reads what the server does.
func parseAction(name string, args []string) ([]pop3d.Intercept, error) {
	text := strings.Join(args, " ")
	switch name {
	case "refuse":
		return []pop3d.Intercept{fault.Refuse(text)}, nil
	case "refuse-and-hang-up":
		return []pop3d.Intercept{fault.Refuse(text), fault.HangUp()}, nil
	case "send":
		bytes, err := strconv.Unquote(`"` + text + `"`)
		return []pop3d.Intercept{fault.Send(bytes)}, err
	case "hide":
		return []pop3d.Intercept{fault.Rewrite(func(line string) string { return strings.Replace(line, text, "XHIDDEN", 1) })}, nil
	case "hang-up":
		return []pop3d.Intercept{fault.HangUp()}, nil
	case "cut":
		return []pop3d.Intercept{fault.Cut()}, nil
	case "unanswered":
		return []pop3d.Intercept{fault.Unanswered()}, nil
	case "stall":
		return []pop3d.Intercept{fault.Stall()}, nil
	case "cut-body":
		n, err := strconv.ParseInt(text, 10, 64)
		return []pop3d.Intercept{fault.CutBody(n)}, err
	case "delay":
		d, err := time.ParseDuration(text)
		return []pop3d.Intercept{fault.Delay(d)}, err
	}
	return nil, fmt.Errorf("no fault %q", name)
}

package debiantest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"time"
)

// newCommand is a program of the root, to be run there and killed with all its children when the
// test ends.
func (s *Server) newCommand(line ...string) *exec.Cmd {
	cmd := exec.CommandContext(s.t.Context(), line[0], line[1:]...)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin", "TZ=UTC"}
	cmd.Dir = "/"
	cmd.Stderr = s.log
	cmd.SysProcAttr = processAttributes(s.root)
	cmd.Cancel = func() error { return killGroup(cmd.Process.Pid) }
	return cmd
}

// runCommand runs a command until it ends, and tells whether it has started. How it ends is its own
// business, as servers have many ways to end when a client hangs up.
func runCommand(cmd *exec.Cmd, started chan<- error) {
	// The kernel ends the child with the thread that started it, so this thread stays.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := cmd.Start()
	started <- err
	if err == nil {
		_ = cmd.Wait()
	}
}

// startAuthdaemon starts the program that checks passwords for courier, and returns when it can be
// asked.
func startAuthdaemon(s *Server) error {
	started := make(chan error)
	s.helpers.Go(func() { runCommand(s.newCommand("/usr/lib/courier/courier-authlib/authdaemond"), started) })
	if err := <-started; err != nil {
		return err
	}
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		conn, err := net.Dial("unix", s.pathOf("run/courier/authdaemon/socket"))
		if err == nil {
			return conn.Close()
		}
		time.Sleep(time.Millisecond)
	}
	return fmt.Errorf("authdaemond can't be asked: %w", os.ErrDeadlineExceeded)
}

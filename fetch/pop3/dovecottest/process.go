package dovecottest

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"time"
)

// process is a running dovecot master; its children share its process group.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed once the master has been waited for
}

// launchDovecot starts dovecot in the foreground with the configuration at path. What it writes before
// its own log is open goes to output.
func launchDovecot(program, path string, who account, output *os.File) (*process, error) {
	p := &process{cmd: exec.Command(program, "-F", "-c", path), done: make(chan struct{})}
	p.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "TZ=UTC"}
	p.cmd.Stdout, p.cmd.Stderr = output, output
	p.cmd.SysProcAttr = processAttributes(who)
	started := make(chan error)
	go func() {
		defer close(p.done)
		// The kernel ends the child with the thread that started it, so this thread stays.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			_ = p.cmd.Wait() // How it ended stands in the log.
		}
	}()
	return p, <-started
}

// isRunning tells whether the master is still there.
func (p *process) isRunning() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// killAll kills the whole group at once and returns when nobody of it is left. An orderly end would
// take Dovecot a second, and nothing of the instance is kept anyway.
func (p *process) killAll() error {
	if p.isRunning() {
		killGroup(p.cmd.Process.Pid)
	}
	<-p.done
	for deadline := time.Now().Add(5 * time.Second); isGroupAlive(p.cmd.Process.Pid); {
		if time.Now().After(deadline) {
			return errors.New("processes of the instance are still there after being killed")
		}
		time.Sleep(time.Millisecond)
	}
	return nil
}

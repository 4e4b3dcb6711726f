// Timed runs a command and tells what it took, in a file or on stderr.
//
//	timed [-o FILE] COMMAND [ARGUMENT...]
//
// It is a program of its own because the kernel counts the memory of whoever starts a command as
// the command's own, up to its exec; so this one is kept small. It ends with the exit code of the
// command, or 128 and the number of the signal that ended it, or 127 if it can't be started.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"popfetch/testdata/bench/measure"
)

func main() {
	args, file := os.Args[1:], ""
	if len(args) > 1 && args[0] == "-o" {
		file, args = args[1], args[2:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: timed [-o FILE] COMMAND [ARGUMENT...]")
		os.Exit(64)
	}
	code, used, err := run(args)
	if err == nil && file != "" {
		err = os.WriteFile(file, used.Text(), 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "timed:", err)
		os.Exit(127)
	}
	if file == "" {
		fmt.Fprintf(os.Stderr, "%s", used.Text())
	}
	os.Exit(code)
}

// run runs the command. The kernel kills it when this process ends before it.
func run(args []string) (code int, used measure.Usage, err error) {
	path, err := exec.LookPath(args[0])
	if err != nil {
		return 0, used, err
	}
	runtime.LockOSThread() // Pdeathsig is for the end of the thread.
	start := time.Now()
	pid, err := syscall.ForkExec(path, args, &syscall.ProcAttr{
		Env: os.Environ(), Files: []uintptr{0, 1, 2}, Sys: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL},
	})
	if err != nil {
		return 0, used, err
	}
	var status syscall.WaitStatus
	var r syscall.Rusage
	for {
		if _, err = syscall.Wait4(pid, &status, 0, &r); err != syscall.EINTR {
			break
		}
	}
	used = measure.Usage{
		Wall: time.Since(start),
		CPU:  time.Duration(r.Utime.Nano() + r.Stime.Nano()),
		Peak: r.Maxrss * 1024,
	}
	if status.Signaled() {
		return 128 + int(status.Signal()), used, err
	}
	return status.ExitStatus(), used, err
}

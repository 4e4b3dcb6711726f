package command_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
)

// A guest is a user without rights, where the test is root, who may read
// whatever there is; and a folder of theirs, with a copy of the program.
type guest struct {
	*testing.T
	home, program string
	credential    *syscall.Credential
}

func newGuest(t *testing.T) *guest {
	g := &guest{T: t, home: t.TempDir()}
	g.program = filepath.Join(g.home, "popfetch")
	from, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := os.OpenFile(g.program, os.O_CREATE|os.O_WRONLY, 0o755)
	if err == nil {
		_, err = io.Copy(to, from)
	}
	if err == nil {
		err = to.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		const nobody = 65534
		g.credential = &syscall.Credential{Uid: nobody, Gid: nobody}
		for _, path := range []string{filepath.Dir(g.home), g.home} {
			if err := os.Chown(path, nobody, nobody); err != nil {
				t.Fatal(err)
			}
		}
	}
	return g
}

// shell prepares a command of the guest's, in which POPFETCH is the program.
func (g *guest) shell(text string) *exec.Cmd {
	cmd := exec.Command("/bin/sh", "-c", text)
	cmd.Dir = g.home
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: g.credential}
	cmd.Env = []string{
		"POPFETCH=" + g.program, "PATH=" + os.Getenv("PATH"), "HOME=" + g.home,
		"DBUS_SESSION_BUS_ADDRESS=unix:path=/no-bus", "OTHER_PASSWORD=c4nary",
	}
	return cmd
}

// spying is a configuration of which one account runs a command that could look
// for the other's password in the program that has started it.
func (g *guest) spying(command string) string {
	server := &pop3d.Server{}
	server.SetUser("me", "secret", nil)
	if err := server.Start(); err != nil {
		g.Fatal(err)
	}
	g.Cleanup(func() { server.Close() })
	return fmt.Sprintf(`defaults: {server: %q, tls: none, user: me}
accounts:
  spy:
    password_command: %s
    maildir: ~/Mail
  other: {password_env: OTHER_PASSWORD, maildir: ~/Other}
`, server.Addr(), command)
}

// TestNoProcessReadsTheProgram has a process of the same user read the program's
// environment; its own is its to read. The configuration comes by a name below
// /proc/self, as a shell gives it for <(…): that is the program's own.
func TestNoProcessReadsTheProgram(t *testing.T) {
	g := newGuest(t)
	cmd := g.shell("cat | $POPFETCH -c /dev/fd/0 --state-dir state check spy")
	cmd.Stdin = strings.NewReader(g.spying(`tr '\0' ' ' < /proc/self/environ > own; tr '\0' ' ' < /proc/$PPID/environ >&2; exit 1`))
	said, err := cmd.CombinedOutput()
	if text := string(said); err == nil || strings.Contains(text, "c4nary") || !strings.Contains(text, "Permission denied") {
		t.Errorf("%v: %s", err, text)
	}
	own, err := os.ReadFile(filepath.Join(g.home, "own"))
	if err != nil || !strings.Contains(string(own), "HOME=") || strings.Contains(string(own), "c4nary") {
		t.Errorf("the command's own environment: %q, %v", own, err)
	}
}

// TestNoCore has the program die of a signal that leaves a core file where that
// is allowed, while it has its environment in memory.
func TestNoCore(t *testing.T) {
	g := newGuest(t)
	path := filepath.Join(g.home, "config.yaml")
	if err := os.WriteFile(path, []byte(g.spying("touch ready; sleep 60")), 0o600); err != nil {
		t.Fatal(err)
	}
	if g.credential != nil {
		if err := os.Chown(path, int(g.credential.Uid), int(g.credential.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	cmd := g.shell("ulimit -c unlimited && exec $POPFETCH -c config.yaml --state-dir state check spy")
	cmd.Env = append(cmd.Env, "GOTRACEBACK=crash") // or Go ends without one
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join(g.home, "ready")); err == nil {
			break
		}
		if time.Now().After(deadline) {
			_ = cmd.Process.Kill()
			t.Fatal("the command is never run")
		}
	}
	if err := cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	status := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if cores, _ := filepath.Glob(filepath.Join(g.home, "*core*")); status.Signal() != syscall.SIGABRT || status.CoreDump() || len(cores) > 0 {
		t.Errorf("%v, core files %q", cmd.ProcessState, cores)
	}
}

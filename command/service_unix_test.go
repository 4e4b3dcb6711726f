//go:build unix

package command_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
)

// A service is the program as systemd runs it: with --every, without a terminal,
// and with a socket on which it tells how it is.
type service struct {
	*testing.T
	cmd    *exec.Cmd
	env    []string
	dir    string // of all that it has
	config string
	states *net.UnixConn
	output string // the file of stdout and stderr
}

// said is the output so far. It goes to a file, where nothing is under way.
func (s *service) said() string {
	s.Helper()
	text, err := os.ReadFile(s.output)
	if err != nil {
		s.Fatal(err)
	}
	return string(text)
}

// startService starts one whose socket has a file, or on Linux only an abstract
// name.
func startService(t *testing.T, abstract bool, more ...string) *service {
	t.Helper()
	// The name of a socket has little room, less than that of a test's folder.
	dir, err := os.MkdirTemp("", "pf")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "notify")
	if abstract && runtime.GOOS == "linux" {
		socket = "@" + socket
	}
	s := &service{T: t, dir: dir, config: filepath.Join(dir, "config", "config.yaml"), output: filepath.Join(dir, "output")}
	if err := os.Mkdir(filepath.Dir(s.config), 0o700); err != nil {
		t.Fatal(err)
	}
	if s.states, err = net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.states.Close() })
	server := &pop3d.Server{}
	server.SetUser("me", "secret", pop3d.NewMaildrop(pop3d.Sample()...))
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	s.configure("defaults: {server: '" + server.Addr() + "', tls: none, user: me, password: secret}\n" +
		"accounts:\n  work: {maildir: " + filepath.Join(dir, "work") + "}\n")
	// A service has no home.
	s.env = append([]string{"NOTIFY_SOCKET=" + socket, "GORACE=atexit_sleep_ms=10 exitcode=99"}, more...)
	s.start()
	return s
}

func (s *service) start() {
	s.Helper()
	s.cmd = exec.Command("popfetch", "--config", s.config, "--state-dir", filepath.Join(s.dir, "state"), "sync", "--every", "1h")
	s.cmd.Env = s.env
	output, err := os.Create(s.output)
	if err != nil {
		s.Fatal(err)
	}
	defer output.Close()
	s.cmd.Stdout, s.cmd.Stderr = output, output
	if err := s.cmd.Start(); err != nil {
		s.Fatal(err)
	}
	process := s.cmd.Process
	s.Cleanup(func() { process.Kill() })
}

func (s *service) configure(text string) {
	s.Helper()
	if err := os.WriteFile(s.config, []byte(text), 0o600); err != nil {
		s.Fatal(err)
	}
}

// tells reads on until the service tells something like that, and returns what
// it told before.
func (s *service) tells(pattern string) (heard []string) {
	s.Helper()
	want := regexp.MustCompile(pattern)
	s.states.SetReadDeadline(time.Now().Add(patience))
	for buffer := make([]byte, 4096); ; {
		n, err := s.states.Read(buffer)
		if err != nil {
			s.Fatalf("never told %s, but %q: %v\n%s", pattern, heard, err, s.said())
		}
		state := string(buffer[:n])
		if want.MatchString(state) {
			return heard
		}
		heard = append(heard, state)
	}
}

func (s *service) signal(number syscall.Signal) {
	s.Helper()
	if err := s.cmd.Process.Signal(number); err != nil {
		s.Fatal(err)
	}
}

// ends demands how the service ends.
func (s *service) ends(code int) {
	s.Helper()
	if err := s.cmd.Wait(); exitCode(err) != code {
		s.Errorf("ended with %v, not %d\n%s", err, code, s.said())
	}
}

// saysOnce demands a text exactly once in the output.
func (s *service) saysOnce(text string) {
	s.Helper()
	if n := strings.Count(s.said(), text); n != 1 {
		s.Errorf("%q is there %d times in\n%s", text, n, s.said())
	}
}

// TestService lets systemd start, reload and stop the program.
func TestService(t *testing.T) {
	t.Parallel()
	s := startService(t, false)
	s.tells(`^READY=1\nSTATUS=1 account, 1 at work$`)
	s.tells(`^STATUS=1 account, next sync at \d\d:\d\d:\d\d$`)
	s.saysOnce("work: 12 new messages ")

	// With another account; both are synced at once.
	text, err := os.ReadFile(s.config)
	if err != nil {
		t.Fatal(err)
	}
	s.configure(string(text) + "  home: {maildir: " + filepath.Join(s.dir, "work", ".home") + "}\n")
	s.signal(syscall.SIGHUP)
	s.tells(`^RELOADING=1`)
	s.tells(`^READY=1$`)
	s.tells(`^STATUS=2 accounts, next sync at `)
	s.saysOnce("home: 12 new messages ")
	if strings.Contains(s.said(), "0 new messages") {
		t.Errorf("it tells of nothing new:\n%s", s.said())
	}

	// With what is no configuration it goes on with the old one.
	s.configure("accounts:\n  work: {maildri: x}\n")
	s.signal(syscall.SIGHUP)
	s.tells(`^RELOADING=1`)
	s.tells(`^READY=1$`)
	s.saysOnce(`work: unknown key "maildri": did you mean "maildir"?`)
	s.saysOnce("the configuration stays as it was")

	s.signal(syscall.SIGTERM)
	s.tells(`^STOPPING=1$`)
	s.ends(143)
	timed := regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S`)
	for line := range strings.Lines(s.said()) {
		if !timed.MatchString(line) {
			t.Errorf("there is no time in %q", line)
		}
	}
}

// TestServicePings lets systemd watch the program, and a person stop it.
func TestServicePings(t *testing.T) {
	t.Parallel()
	s := startService(t, true, "WATCHDOG_USEC=40000")
	for range 3 {
		s.tells(`^WATCHDOG=1$`)
	}
	s.signal(syscall.SIGINT)
	s.ends(130)
}

// TestServiceOfAnother isn't watched where the pings are wanted of another
// process.
func TestServiceOfAnother(t *testing.T) {
	t.Parallel()
	s := startService(t, false, "WATCHDOG_USEC=1000", "WATCHDOG_PID=1")
	heard := s.tells(`next sync at`)
	s.signal(syscall.SIGTERM)
	if heard = append(heard, s.tells(`^STOPPING=1$`)...); slices.Contains(heard, "WATCHDOG=1") {
		t.Errorf("it told %q", heard)
	}
	s.ends(143)
}

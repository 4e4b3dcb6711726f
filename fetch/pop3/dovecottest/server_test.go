package dovecottest

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWaysIn(t *testing.T) {
	t.Parallel()
	s := Start(t)
	s.AddUser("me@example.org", "s3:cret pass")
	s.Deliver("me@example.org", messages("Subject: a\r\n\r\nA\r\n", "Subject: b\r\n\r\nBB\r\n"))
	for name, dial := range map[string]func(testing.TB, *Server) *dialogue{
		"plain": dialPlain, "STLS": dialSTLS, "TLS": dialTLS,
	} {
		t.Run(name, func(t *testing.T) {
			d := dial(t, s).login("me@example.org", "s3:cret pass")
			if got, want := d.ok("STAT"), "2 35"; got != want {
				t.Errorf("STAT: %q, want %q", got, want)
			}
			d.ok("QUIT")
		})
	}
}

func TestRefusedLogin(t *testing.T) {
	s := Start(t)
	s.AddUser("me", "secret")
	for _, user := range []string{"me", "nobody-of-that-name"} {
		begin := time.Now()
		d := dialPlain(t, s)
		d.ok("USER %s", user)
		if reply := d.ask("PASS wrong"); !strings.HasPrefix(reply, "-ERR [AUTH]") {
			t.Errorf("login of %s with a wrong password: %q", user, reply)
		}
		if took := time.Since(begin); took > 1900*time.Millisecond { // Dovecot's pause is two seconds by default.
			t.Errorf("the refusal took %v", took)
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	s := Start(t,
		WithMechanisms("plain", "scram-sha-256"),
		WithUIDLFormat("own-%u"),
		WithConfig("protocol pop3 {", "  pop3_logout_format = gone", "}"),
		WithConfig("ssl_min_protocol = TLSv1.3"),
	)
	s.AddUser("me", "secret")
	s.Deliver("me", messages("a\r\n", "b\r\n"))
	d := dialTLS(t, s)
	if version := d.conn.(*tls.Conn).ConnectionState().Version; version != tls.VersionTLS13 {
		t.Errorf("TLS version %x", version)
	}
	if capabilities := d.lines("CAPA"); !strings.Contains(capabilities, "SASL PLAIN SCRAM-SHA-256\r\n") {
		t.Errorf("CAPA:\n%s", capabilities)
	}
	if got, want := d.login("me", "secret").lines("UIDL"), "1 own-1\r\n2 own-2\r\n"; got != want {
		t.Errorf("UIDL %q, want %q", got, want)
	}
}

func TestSeveralInstances(t *testing.T) {
	t.Parallel()
	a, b := Start(t), Start(t)
	for i, s := range []*Server{a, b} {
		s.AddUser("me", "secret")
		for range i + 1 {
			s.Deliver("me", messages("Subject: x\r\n\r\n\r\n"))
		}
	}
	if a.Fingerprint == b.Fingerprint {
		t.Error("both have the same certificate")
	}
	got := []string{
		dialTLS(t, a).login("me", "secret").ok("STAT"),
		dialTLS(t, b).login("me", "secret").ok("STAT"),
	}
	if diff := cmp.Diff([]string{"1 16", "2 32"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestPortTaken(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	calls := 0
	s := Start(t, func(set *settings) {
		set.freePorts = func() ([2]int, error) {
			ports, err := freePorts()
			if calls++; calls == 1 {
				ports[0] = listener.Addr().(*net.TCPAddr).Port
			}
			return ports, err
		}
	})
	if calls != 2 {
		t.Errorf("asked for ports %d times, want 2", calls)
	}
	dialPlain(t, s).ok("CAPA")
}

func TestGoneAfterTest(t *testing.T) {
	var s *Server
	t.Run("one", func(t *testing.T) {
		s = Start(t)
		s.AddUser("me", "secret")
		dialTLS(t, s).login("me", "secret").ok("STAT") // Its session is still open at the end.
	})
	if s == nil {
		t.Skip("no instance to begin with")
	}
	if isGroupAlive(s.process.cmd.Process.Pid) {
		t.Error("a process is left")
	}
	if conn, err := net.Dial("tcp", s.PlainAddr); err == nil {
		conn.Close()
		t.Error("somebody listens on its port")
	}
	if _, err := os.Stat(s.home); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("its home is left: %v", err)
	}
}

// TestKilledTest runs this test binary as a child that is killed while its instance runs.
func TestKilledTest(t *testing.T) {
	t.Parallel()
	const variable = "DOVECOTTEST_WAIT_FOR_DEATH"
	if os.Getenv(variable) != "" {
		s := Start(t)
		os.Stdout.WriteString("instance " + s.home + " " + s.PlainAddr + "\n")
		time.Sleep(time.Minute)
		return
	}
	if _, err := program(); err != nil {
		skipOrFail(t, err)
	}
	child := exec.Command(os.Args[0], "-test.run=^TestKilledTest$")
	child.Env = append(os.Environ(), variable+"=yes")
	home, address := runUntilInstance(t, child)
	t.Cleanup(func() { os.RemoveAll(home) })
	if !strings.HasPrefix(greetingOf(address), "+OK ") {
		t.Fatal("the child's instance doesn't run")
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // It was killed.
	for deadline := time.Now().Add(10 * time.Second); greetingOf(address) != ""; {
		if time.Now().After(deadline) {
			t.Fatal("the instance outlives its test")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// runUntilInstance starts the child and returns what it says of its instance.
func runUntilInstance(t *testing.T, child *exec.Cmd) (home, address string) {
	t.Helper()
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = child.Process.Kill() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if words := strings.Fields(lines.Text()); len(words) == 3 && words[0] == "instance" {
			return words[1], words[2]
		}
	}
	t.Fatal("the child started no instance")
	return "", ""
}

func TestMissing(t *testing.T) {
	for value, want := range map[string]string{"": "skip", "required": "fatal"} {
		t.Setenv("POPFETCH_INTEROP", value)
		var fake fakeTB
		skipOrFail(&fake, errors.New("not installed"))
		if fake.called != want {
			t.Errorf("POPFETCH_INTEROP=%q: %s, want %s", value, fake.called, want)
		}
	}
}

// fakeTB notes how the test was ended.
type fakeTB struct {
	testing.TB
	called string
}

func (f *fakeTB) Helper() {}
func (f *fakeTB) Skip(...any) {
	if f.called == "" {
		f.called = "skip"
	}
}
func (f *fakeTB) Fatalf(string, ...any) { f.called = "fatal" }

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		s := Start(b)
		b.StopTimer()
		s.cleanUp()
		b.StartTimer()
	}
}

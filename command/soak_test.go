package command_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"popfetch/fetch/pop3/dovecottest"
)

// TestSoak syncs from a real Dovecot with the real program, again and again.
// Mail comes in all the time, every other program is killed at some instant,
// and connections are cut. After each run that came to its end every message
// is in the mailbox exactly once. POPFETCH_SOAK says how many runs there are, and
// POPFETCH_SOAK_SEED what befalls them: always the same, in parts of the time that
// a run takes, if it is unset.
func TestSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes as long as it is told to")
	}
	syncs, seed := soakNumber(t, "POPFETCH_SOAK", 40), soakNumber(t, "POPFETCH_SOAK_SEED", 1)
	t.Logf("to repeat this: POPFETCH_SOAK=%d POPFETCH_SOAK_SEED=%d", syncs, seed)
	s := newSoak(t)
	began := time.Now()
	for i := range syncs {
		s.syncs++
		s.random = rand.New(rand.NewPCG(uint64(seed), uint64(i))) // whatever became of those before
		s.sync(s.accounts[i%len(s.accounts)], s.fate())
	}
	for _, a := range s.accounts {
		s.sync(a, well)
		if report := s.sync(a, idle); report.New+report.Deleted > 0 {
			t.Errorf("%s: there was still something to do: %+v", a.name, report)
		}
	}
	t.Logf("%d syncs, %d of them killed, %d connections cut, %d runs without an error; %d messages of %d MB; %v",
		s.syncs, s.kills, s.relay.cuts.Load(), s.healthy, s.messages, s.bytes>>20, time.Since(began).Round(time.Second))
}

// soakNumber is that of a variable, or the usual one.
func soakNumber(t *testing.T, variable string, usual int) int {
	text := os.Getenv(variable)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// A soak is a server with its accounts, and what has happened so far.
type soak struct {
	*testing.T
	random   *rand.Rand
	program  string
	home     string
	server   *dovecottest.Server
	relay    *relay
	accounts []*soaked
	usual    time.Duration // that a run takes

	syncs, kills, healthy, messages, bytes int
}

func newSoak(t *testing.T) *soak {
	s := &soak{T: t, home: t.TempDir(), usual: 100 * time.Millisecond}
	s.server = dovecottest.Start(t)
	s.relay = newRelay(t, s.server.TLSAddr)
	s.program = filepath.Join(s.home, "popfetch")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", s.program, ".")
	build.Dir = ".."
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as .ci/run builds it, so that most of it is there
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	s.configure()
	return s
}

// configure makes an account of each kind.
func (s *soak) configure() {
	var config strings.Builder
	fmt.Fprintf(&config, "defaults:\n  server: %s\n  tls_ca_file: %s\n  password: secret\naccounts:\n",
		s.relay.addr(), copyFile(s.T, s.server.CAFile))
	for i := range 4 {
		a := &soaked{mbox: i&1 != 0, delete: i&2 != 0, sent: map[string]string{}}
		kind := either(a.mbox, "mbox", "maildir")
		a.name = kind + either(a.delete, "-delete", "-keep")
		a.path = filepath.Join(s.home, a.name)
		s.server.AddUser(a.name, "secret")
		fmt.Fprintf(&config, "  %s:\n    user: %s\n    %s: %s\n    delete: %s\n",
			a.name, a.name, kind, a.path, either(a.delete, "fetched", "never"))
		s.accounts = append(s.accounts, a)
	}
	if err := os.WriteFile(s.configFile(), []byte(config.String()), 0o600); err != nil {
		s.Fatal(err)
	}
}

func (s *soak) configFile() string { return filepath.Join(s.home, "config.yaml") }

func either[V any](yes bool, this, that V) V {
	if yes {
		return this
	}
	return that
}

// A fate is what befalls a run.
type fate struct {
	name    string
	kill    time.Duration // after which it is killed; 0 for never
	cut     int64         // bytes after which the connection is cut
	arrives bool          // does mail, before and meanwhile
}

var (
	well = fate{name: "well", cut: endless, arrives: true}
	idle = fate{name: "idle", cut: endless}
)

// fate is what befalls the next run: a third are left alone.
func (s *soak) fate() fate {
	f := well
	kill, cut := s.random.IntN(3) == 0, s.random.IntN(3) == 0
	if kill {
		f.kill = 1 + time.Duration(s.random.Float64()*1.5*float64(s.usual))
		f.name = fmt.Sprintf("killed after %v ", f.kill)
	}
	if cut {
		f.cut = s.random.Int64N(either(s.random.IntN(2) == 0, int64(8<<10), 128<<10))
		f.name += fmt.Sprintf("cut after %d bytes", f.cut)
	}
	return f
}

// A soakReport is what "popfetch sync --json" tells.
type soakReport struct {
	New, Deleted    int
	Skipped, Failed []struct{ UID string }
}

// sync runs the program, and checks what it left.
func (s *soak) sync(a *soaked, f fate) (report soakReport) {
	s.Helper()
	if f.arrives {
		s.deliver(a, s.random.IntN(6))
	}
	before := len(a.order)
	s.relay.cutAfter(f.cut)
	began := time.Now()
	out, err := s.run(a, f)
	s.relay.cutAfter(endless)
	code := exitCode(err)
	what := fmt.Sprintf("sync %d, %s, %s, exit code %d", s.syncs, a.name, f.name, code)
	switch {
	case code == 0:
		s.usual = (7*s.usual + time.Since(began)) / 8
		s.healthy++
		if err := json.Unmarshal([]byte(out), &report); err != nil {
			s.Fatalf("%s: %v\n%s", what, err, out)
		}
	case code == -1 && f.kill > 0:
		s.kills++
	case (code != 69 && code != 65) || f.cut == endless:
		s.Fatalf("%s\n%s", what, out)
	}
	s.must(what, func() error { return s.check(a) })
	if code == 0 && len(report.Skipped) > 0 {
		return s.again(a, report)
	}
	if code == 0 {
		s.must(what, func() error { return s.checkAll(a, a.order[:before]) })
	}
	return report
}

// again has messages fetched now that are not to be tried before some time has
// passed, as the connection was cut in the middle of them more than once.
func (s *soak) again(a *soaked, report soakReport) soakReport {
	args := []string{"--config", s.configFile(), "--state-dir", filepath.Join(s.home, "state"), "mark", "--unseen", a.name}
	for _, skipped := range report.Skipped {
		args = append(args, skipped.UID)
	}
	if out, err := exec.Command(s.program, args...).CombinedOutput(); err != nil {
		s.Fatalf("mark: %v\n%s", err, out)
	}
	return s.sync(a, well)
}

// run runs the program to its end or to its fate, with mail coming in
// meanwhile.
func (s *soak) run(a *soaked, f fate) (out string, err error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(s.program, "--config", s.configFile(), "--state-dir", filepath.Join(s.home, "state"), "sync", "--json", a.name)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		s.Fatal(err)
	}
	if f.kill > 0 {
		defer time.AfterFunc(f.kill, func() { cmd.Process.Kill() }).Stop()
	}
	if f.arrives && s.random.IntN(3) == 0 {
		s.deliver(a, 1)
	}
	err = cmd.Wait()
	if exitCode(err) == 0 {
		return stdout.String(), nil
	}
	return strings.TrimSpace(stdout.String() + stderr.String()), err
}

// exitCode is -1 of a program that a signal ended.
func exitCode(err error) int {
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		return ended.ExitCode()
	}
	if err != nil {
		return -2
	}
	return 0
}

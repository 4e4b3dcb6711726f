package command

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"popfetch/command/term"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// TestSlowServers has as many servers as there are slots that send a few bytes now and
// then, each in another reply, and behind them an account with mail: that is served
// while the others are still at work.
func TestSlowServers(t *testing.T) {
	if testing.Short() {
		t.Skip("it is slow by design")
	}
	lowerTurns(t, 300*time.Millisecond, time.Hour, time.Hour)
	var config strings.Builder
	config.WriteString("defaults: {tls: none, user: " + faultUser + ", password: " + faultPassword + ", delete: fetched}\naccounts:\n")
	home := t.TempDir()
	slow := []string{pop3d.Greeting, "CAPA", "UIDL", "LIST", "RETR", "QUIT"}
	for i, verb := range slices.Concat(slow, []string{"good"}) {
		server := &pop3d.Server{Intercept: fault.When(fault.Verb(verb), dripping(verb))}
		server.SetUser(faultUser, faultPassword, pop3d.NewMaildrop(fourMails()...))
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { server.Close() })
		fmt.Fprintf(&config, "  a%d: {server: '%s', maildir: %s}\n", i, server.Addr(), filepath.Join(home, fmt.Sprint(i)))
	}
	path := filepath.Join(home, "config.yaml")
	if err := os.WriteFile(path, []byte(config.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, complaints bytes.Buffer
	code := run(t.Context(), &term.UI{Out: &out, Err: &complaints}, []string{
		"popfetch", "-c", path, "--state-dir", filepath.Join(home, "state"), "sync", "--jobs", fmt.Sprint(len(slow)), "--max-time", "2s",
	})
	if first, _, _ := strings.Cut(out.String(), "\n"); !strings.HasPrefix(first, fmt.Sprintf("a%d: 4 new messages", len(slow))) {
		t.Errorf("stdout: %s\nstderr: %s", out.String(), complaints.String())
	}
	if code != exitTemporary || strings.Count(complaints.String(), "the time is up") != len(slow) {
		t.Errorf("exit code %d: %s", code, complaints.String())
	}
}

// dripping is what a slow server does at a command.
func dripping(verb string) pop3d.Intercept {
	const pause = 150 * time.Millisecond
	if verb == pop3d.Greeting || verb == "QUIT" {
		return fault.Drip("+OK", "xxx", pause)
	}
	return fault.Drip("+OK\r\n", "1\r\n", pause)
}

// lowerTurns saves a test the time of slots.
func lowerTurns(t *testing.T, idle, busy, most time.Duration) {
	after, lend, turn, look := lendAfter, lendBusy, mostTurn, lookForIdle
	t.Cleanup(func() { lendAfter, lendBusy, mostTurn, lookForIdle = after, lend, turn, look })
	lendAfter, lendBusy, mostTurn, lookForIdle = idle, busy, most, 20*time.Millisecond
}

// TestHogs has two servers that send a message without end, at a pace that nobody would
// call idle, and one slot for all. The account behind them is served when the second, too,
// has lent that of the first, and the first has had its turn. The message under way counts
// as failed; so the next run takes what is behind it.
func TestHogs(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits for real: each of its runs has its --max-time, and three seconds more for the message under way")
	}
	lowerTurns(t, time.Minute, 300*time.Millisecond, 600*time.Millisecond)
	var config strings.Builder
	config.WriteString("defaults: {tls: none, user: " + faultUser + ", password: " + faultPassword + "}\naccounts:\n")
	home := t.TempDir()
	for _, name := range []string{"hog1", "hog2", "good"} {
		server := &pop3d.Server{}
		if name != "good" {
			server.Intercept = fault.When(fault.Number("RETR", 1), fault.Drip("+OK\r\n", strings.Repeat("much text\r\n", 100), 10*time.Millisecond))
		}
		server.SetUser(faultUser, faultPassword, pop3d.NewMaildrop(fourMails()...))
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { server.Close() })
		fmt.Fprintf(&config, "  %s: {server: '%s', maildir: %s}\n", name, server.Addr(), filepath.Join(home, name))
	}
	path := filepath.Join(home, "config.yaml")
	if err := os.WriteFile(path, []byte(config.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	sync := func(arguments ...string) (code int, out, complaints string) {
		var o, e bytes.Buffer
		code = run(t.Context(), &term.UI{Out: &o, Err: &e}, append([]string{"popfetch", "-c", path, "--state-dir", filepath.Join(home, "state"), "sync"}, arguments...))
		return code, o.String(), e.String()
	}
	code, out, complaints := sync("--jobs", "1", "--max-time", "3s")
	first, rest, _ := strings.Cut(out, "\n")
	second, _, _ := strings.Cut(rest, "\n")
	if !strings.HasPrefix(first, "hog1: 0 new messages") || !strings.HasPrefix(second, "good: 4 new messages") {
		t.Errorf("stdout: %s\nstderr: %s", out, complaints)
	}
	if code != exitTemporary || !strings.Contains(complaints, `hog1: message 1 (uid "uid-1"): the account was at work for 600ms, and its place went to others that wait`) {
		t.Errorf("exit code %d: %s", code, complaints)
	}
	if _, out, complaints := sync("hog1", "--max-time", "1s"); !strings.HasPrefix(out, "hog1: 3 new messages") {
		t.Errorf("stdout: %s\nstderr: %s", out, complaints)
	}
}

// TestSlotsLent lends no more slots than there are, and has others end where all are lent.
func TestSlotsLent(t *testing.T) {
	lowerTurns(t, 0, 0, 0)
	told := make(chan []string)
	s := newSlots(2, func(string) bool { return true }, func(running []string) { told <- running })
	first := s.takeSlot(0, "")
	for number := range 3 {
		s.takeSlot(number+1, "")
	}
	taken := make(chan bool)
	go func() {
		s.takeSlot(4, "")
		taken <- true
	}()
	if running := <-told; len(running) != 4 {
		t.Errorf("%d are at work", len(running))
	}
	first()
	for {
		select {
		case <-told:
			continue
		case <-taken:
		}
		break
	}
}

// TestEndLongest ends one account at a time, and none before it has had its turn.
func TestEndLongest(t *testing.T) {
	p := &program{}
	begin := func(name string, ago time.Duration) context.Context {
		ctx, done := p.beginWork(t.Context(), account{Name: name})
		t.Cleanup(done)
		p.workOf(name).since = time.Now().Add(-ago)
		return ctx
	}
	long, longer, short := begin("long", mostTurn+time.Second), begin("longer", mostTurn+time.Minute), begin("short", mostTurn-time.Minute)
	end := func(wantLong, wantLonger bool) {
		t.Helper()
		p.endLongest([]string{"short", "long", "longer", "none"})
		if short.Err() != nil || (long.Err() != nil) != wantLong || (longer.Err() != nil) != wantLonger {
			t.Errorf("ended: short %v, long %v, longer %v", short.Err(), long.Err(), longer.Err())
		}
	}
	end(false, true)
	end(false, true)
	p.workOf("longer").toldToEnd = time.Now().Add(-endsWithin) // and it is still at work
	end(true, true)
	end(true, true)
}

// TestSlotsOfIdle gives slots back, and lends those of who is idle.
func TestSlotsOfIdle(t *testing.T) {
	lowerTurns(t, time.Minute, time.Minute, time.Minute)
	s := newSlots(2, func(name string) bool { return name == "idle" }, func([]string) {})
	first := s.takeSlot(0, "busy")
	s.takeSlot(1, "idle")
	s.takeSlot(2, "idle")
	s.takeSlot(3, "busy")
	taken := make(chan bool)
	go func() {
		s.takeSlot(4, "busy")
		taken <- true
	}()
	select {
	case <-taken:
		t.Error("there are three at work, and none of them is idle")
	case <-time.After(100 * time.Millisecond):
	}
	first()
	<-taken
}

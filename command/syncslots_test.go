package command

import (
	"bytes"
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
	after, look := lendAfter, lookForIdle
	defer func() { lendAfter, lookForIdle = after, look }()
	lendAfter, lookForIdle = 300*time.Millisecond, 20*time.Millisecond
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

// TestSlotsOfIdle gives slots back, and lends those of who is idle.
func TestSlotsOfIdle(t *testing.T) {
	look := lookForIdle
	defer func() { lookForIdle = look }()
	lookForIdle = time.Millisecond
	s := newSlots(2, func(a account) bool { return a.Name == "idle" })
	first := s.take(0, account{Name: "busy"})
	s.take(1, account{Name: "idle"})
	s.take(2, account{Name: "idle"})
	s.take(3, account{Name: "busy"})
	taken := make(chan bool)
	go func() {
		s.take(4, account{Name: "busy"})
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

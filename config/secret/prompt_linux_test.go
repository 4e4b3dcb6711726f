package secret

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"popfetch/config/secret/ptytest"
)

// usePTY puts a new pseudo-terminal in the place of the person's, and returns
// the end where the person sits.
func usePTY(t *testing.T) *os.File {
	t.Helper()
	person, name := ptytest.Open(t)
	if err := person.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	before := terminal
	terminal = func() (in, out *os.File, err error) {
		if in, err = os.OpenFile(name, os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
			return nil, nil, err
		}
		out, err = os.OpenFile(name, os.O_WRONLY|unix.O_NOCTTY, 0)
		return in, out, err
	}
	t.Cleanup(func() { terminal = before })
	return person
}

// echoes reports whether the terminal shows what is typed.
func echoes(t *testing.T) bool {
	t.Helper()
	in, out, err := terminal()
	if err != nil {
		t.Error(err)
		return false
	}
	defer in.Close()  //nolint:errcheck // a test
	defer out.Close() //nolint:errcheck // a test
	settings, err := unix.IoctlGetTermios(int(in.Fd()), unix.TCGETS)
	if err != nil {
		t.Error(err)
		return false
	}
	return settings.Lflag&unix.ECHO != 0
}

// readUntilEchoIsOff reads the question and waits until typing is safe.
func readUntilEchoIsOff(t *testing.T, person *os.File) string {
	t.Helper()
	text := make([]byte, 100)
	n, err := person.Read(text)
	if err != nil {
		t.Error(err)
	}
	for end := time.Now().Add(30 * time.Second); echoes(t); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Error("the echo stays on")
			break
		}
	}
	return string(text[:n])
}

func TestTerminal(t *testing.T) {
	person := usePTY(t)
	// A terminal whose last user hangs up forgets its settings; hold it open.
	in, out, err := terminal()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()  //nolint:errcheck // a test
	defer out.Close() //nolint:errcheck // a test
	useVault(t, memory{})
	questions := make(chan string, 1)
	go func() {
		questions <- readUntilEchoIsOff(t, person)
		_, _ = person.WriteString(canary + "\n")
	}()
	got, err := Source{Account: "work", Login: "me@pop.example.org"}.ReadPassword(t.Context(), AskSecret)
	if err != nil || got.Reveal() != canary {
		t.Errorf("got %q, %v", got.Reveal(), err)
	}
	after, err := bufio.NewReader(person).ReadString('\n')
	if err != nil {
		t.Error(err)
	}
	want := []string{"Password for work (me@pop.example.org): ", "\r\n"}
	if diff := cmp.Diff(want, []string{<-questions, after}); diff != "" {
		t.Errorf("on the screen: %s", diff)
	}
	if !echoes(t) {
		t.Error("the echo stays off")
	}
}

func TestTerminalIsRestoredOnCancel(t *testing.T) {
	person := usePTY(t)
	in, out, err := terminal()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()  //nolint:errcheck // a test
	defer out.Close() //nolint:errcheck // a test
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		readUntilEchoIsOff(t, person)
		cancel()
	}()
	if _, err := AskSecret(ctx, "Password: "); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if !echoes(t) {
		t.Error("the echo stays off")
	}
	if _, err := person.WriteString("\n"); err != nil { // ends the goroutine that reads
		t.Error(err)
	}
}

// TestQuestionsTakeTurns has two accounts ask at the same time.
func TestQuestionsTakeTurns(t *testing.T) {
	person := usePTY(t)
	in, out, err := terminal()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()  //nolint:errcheck // a test
	defer out.Close() //nolint:errcheck // a test
	type result struct{ question, answer string }
	results := make(chan result, 2)
	for _, question := range []string{"first? ", "second? "} {
		go func() {
			got, err := AskSecret(t.Context(), question)
			if err != nil {
				t.Error(err)
			}
			results <- result{question, got.Reveal()}
		}()
	}
	want, got := map[string]string{}, map[string]string{}
	for _, answer := range []string{"one", "two"} {
		question := strings.TrimLeft(readUntilEchoIsOff(t, person), "\r\n")
		want[question] = answer
		if _, err := person.WriteString(answer + "\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := person.Read(make([]byte, 2)); err != nil { // the line end after the answer
			t.Fatal(err)
		}
		r := <-results
		got[r.question] = r.answer
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) != 2 {
		t.Errorf("questions and answers got mixed up: %s", diff)
	}
}

// TestLine asks two questions, the second of which is answered before it comes.
func TestLine(t *testing.T) {
	person := usePTY(t)
	in, out, err := terminal()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()  //nolint:errcheck // a test
	defer out.Close() //nolint:errcheck // a test
	if !HasTerminal() {
		t.Error("there is no terminal")
	}
	if _, err := person.WriteString(" work \n\n"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"work", ""} {
		if got, err := AskLine(t.Context(), "Name? "); err != nil || got != want {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
	if _, err := person.WriteString("\x04"); err != nil {
		t.Fatal(err)
	}
	if got, err := AskLine(t.Context(), "Name? "); !errors.Is(err, io.EOF) {
		t.Errorf("after Ctrl-D: %q, %v", got, err)
	}
}

// TestNoAnswer ends the input at a prompt for a password, as Ctrl-D does.
func TestNoAnswer(t *testing.T) {
	person := usePTY(t)
	in, out, err := terminal()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()  //nolint:errcheck // a test
	defer out.Close() //nolint:errcheck // a test
	useVault(t, memory{})
	go func() {
		readUntilEchoIsOff(t, person)
		_, _ = person.WriteString("\x04")
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := (Source{Account: "work"}).ReadPassword(ctx, AskSecret); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("got %v", err)
	}
	if !echoes(t) {
		t.Error("the echo stays off")
	}
}

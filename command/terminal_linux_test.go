package command

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"

	"popfetch/command/term"
	"popfetch/command/term/termtest"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// heldServer has four messages for each of so many users, and lets them wait
// for the third.
func heldServer(t *testing.T, users int) (server *pop3d.Server, release func()) {
	released := make(chan struct{})
	server = &pop3d.Server{}
	for i := range users {
		server.SetUser(fmt.Sprint("user", i), "secret", pop3d.NewMaildrop(fourMails()...))
	}
	server.SetIntercept(fault.When(fault.Number("RETR", 3), func(c *pop3d.Conn, _ pop3d.Command) bool {
		if c.Flush() == nil {
			<-released
		}
		return false
	}))
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server, func() { close(released) }
}

// drawn is what moves the cursor up to draw the bars anew; colour is only there
// where something failed or is to be warned of.
var (
	drawn  = regexp.MustCompile("\x1b\\[\\d+A\r\x1b\\[J")
	colour = regexp.MustCompile("\x1b\\[[0-9;]*m")
)

// TestProgressOnATerminal syncs three accounts at once, while the terminal gets
// narrower.
func TestProgressOnATerminal(t *testing.T) {
	const accounts = 3
	server, release := heldServer(t, accounts)
	path := terminalConfig(t, server, accounts)
	terminal := termtest.NewPTY(t, 100, 24)
	t.Setenv("TERM", "xterm-256color")
	code := make(chan int)
	go func() {
		u := &term.UI{Out: terminal.Program, Err: terminal.Program}
		code <- run(t.Context(), u, []string{"popfetch", "-c", path, "--state-dir", path + ".state", "sync"})
	}()
	bars := func(most int, pattern string) func([]string) bool {
		wanted := regexp.MustCompile(pattern)
		return func(lines []string) bool {
			for _, line := range lines {
				if !wanted.MatchString(line) || runewidth.StringWidth(line) > most {
					return false
				}
			}
			return len(lines) == accounts
		}
	}
	terminal.AwaitLines(t, "bars of 100 columns", bars(99, `^account-\d 2/4 \[-+>?_+\]  50% +\d+ B( +\d+ B/s)?( +\d+\w+ left)?$`))
	terminal.Resize(t, 20, 24) // a line that was drawn before is broken now
	terminal.AwaitLines(t, "bars of 20 columns", func(lines []string) bool {
		return bars(19, `^accou… 2/4  50%$`)(lines[len(lines)-min(len(lines), accounts):])
	})
	release()
	if got := <-code; got != exitOK {
		t.Errorf("exit code %d", got)
	}
	terminal.CloseAndWait()
	lines := strings.Split(strings.TrimSuffix(terminal.String(), "\n"), "\n")
	summary := len(lines) - 1
	if want := regexp.MustCompile(`^popfetch: 3 accounts: 12 new messages \(\d+ B\), all went well$`); !want.MatchString(lines[summary]) {
		t.Errorf("the last line is %q", lines[summary])
	}
	for _, line := range lines[summary-accounts : summary] {
		if !regexp.MustCompile(`^account-\d: 4 new messages \(\d+ B\), 0 deleted, 0 skipped, 0 failed in \S+ s$`).MatchString(line) {
			t.Errorf("left on the screen: %q", line)
		}
	}
	if found := colour.FindString(terminal.Written()); found != "" {
		t.Errorf("there is colour: %q", found)
	}
}

// TestTerminalWithoutProgress has one that can't draw, and one where nobody
// looks at what stderr says.
func TestTerminalWithoutProgress(t *testing.T) {
	tests := []struct {
		name, term string
		flags      []string
		bars       bool
	}{
		{"a terminal", "xterm", nil, true},
		{"one of unknown kind", "", nil, true},
		{"a dumb one", "dumb", nil, false},
		{"a dumb one that is told to", "dumb", []string{"--progress", "always"}, true},
		{"never", "xterm", []string{"--progress", "never"}, false},
		{"quiet", "xterm", []string{"-q"}, false},
		{"the dialogue", "xterm", []string{"--trace"}, false},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server, release := heldServer(t, 1)
			path := terminalConfig(t, server, 1)
			terminal := termtest.NewPTY(t, 20, 24)
			t.Setenv("TERM", test.term)
			if test.bars {
				go func() {
					defer release()
					terminal.AwaitLines(t, "a bar", func(lines []string) bool { return strings.Contains(lines[0], " 2/4  50%") })
				}()
			} else {
				release()
			}
			u := &term.UI{Out: io.Discard, Err: terminal.Program}
			args := append([]string{"popfetch", "-c", path, "--state-dir", path + strconv.Itoa(i), "sync"}, test.flags...)
			if got := run(t.Context(), u, args); got != exitOK {
				t.Errorf("exit code %d", got)
			}
			terminal.CloseAndWait()
			if got := drawn.MatchString(terminal.Written()); got != test.bars {
				t.Errorf("bars: %v, want %v, in %q", got, test.bars, terminal.Written())
			}
			if left := terminal.String(); test.bars && left != "" {
				t.Errorf("left on the screen: %q", left)
			}
		})
	}
}

// TestConnectingOnATerminal tells whom it waits for until there is a bar.
func TestConnectingOnATerminal(t *testing.T) {
	server, release := heldServer(t, 1)
	greeted := make(chan struct{})
	server.SetIntercept(fault.When(fault.Verb(pop3d.Greeting), func(*pop3d.Conn, pop3d.Command) bool {
		<-greeted
		return false
	}))
	path := terminalConfig(t, server, 1)
	terminal := termtest.NewPTY(t, 60, 24)
	t.Setenv("TERM", "xterm")
	code := make(chan int)
	go func() {
		u := &term.UI{Out: io.Discard, Err: terminal.Program}
		code <- run(t.Context(), u, []string{"popfetch", "-c", path, "--state-dir", path + ".state", "sync"})
	}()
	terminal.AwaitLines(t, "whom it connects to", func(lines []string) bool {
		return lines[0] == "account-0 connecting to "+server.Addr()
	})
	close(greeted)
	release()
	if got := <-code; got != exitOK {
		t.Errorf("exit code %d", got)
	}
	terminal.CloseAndWait()
	if left := terminal.String(); left != "" {
		t.Errorf("left on the screen: %q", left)
	}
}

// TestTerminalIsTold has a person who waits for mail told why there is none, and
// no file, and nobody with --quiet.
func TestTerminalIsTold(t *testing.T) {
	server := &pop3d.Server{}
	server.SetUser("user0", "secret", pop3d.NewMaildrop(fourMails()...))
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	path := terminalConfig(t, server, 1)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte("{tls: none,"), []byte("{tls: none, start: now, min_interval: 1h,"), 1)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	runSync := func(state string, flags ...string) string {
		terminal := termtest.NewPTY(t, 200, 24)
		u := &term.UI{Out: io.Discard, Err: terminal.Program}
		args := append([]string{"popfetch", "-c", path, "--state-dir", path + state, "sync", "--progress", "never"}, flags...)
		if got := run(t.Context(), u, args); got != exitOK {
			t.Errorf("exit code %d", got)
		}
		terminal.CloseAndWait()
		return terminal.String()
	}
	const start = "popfetch: account-0: start: now: recorded as fetched, and not fetched: 4 messages that the server had before\n"
	if got := runSync(".1"); got != start {
		t.Errorf("the first sync says %q, want %q", got, start)
	}
	skipped := regexp.MustCompile(`^popfetch: account-0: skipped: min_interval asks for no login before \S+ \S+\n$`)
	if got := runSync(".1"); !skipped.MatchString(got) {
		t.Errorf("the second says %q", got)
	}
	if got := runSync(".1", "-q") + runSync(".2", "-q"); got != "" {
		t.Errorf("with --quiet: %q", got)
	}
}

// TestListOnATerminal doesn't break its lines, and shows more on a wider one.
func TestListOnATerminal(t *testing.T) {
	server := &pop3d.Server{}
	mail := fourMails()
	subject := strings.Repeat("来週の打ち合わせ", 20)
	mail[1].Body = []byte("From: Ann Other <ann.other@mail.example.org>\r\nSubject: " + subject + "\r\n\r\n")
	server.SetUser("user0", "secret", pop3d.NewMaildrop(mail...))
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	path := terminalConfig(t, server, 1)
	for _, columns := range []int{80, 150} {
		terminal := termtest.NewPTY(t, columns, 24)
		u := &term.UI{Out: terminal.Program, Err: terminal.Program}
		if got := run(t.Context(), u, []string{"popfetch", "-c", path, "--state-dir", path + ".state", "list", "account-0"}); got != exitOK {
			t.Errorf("exit code %d", got)
		}
		terminal.CloseAndWait()
		if terminal.Widest >= columns || terminal.Widest < columns-2 {
			t.Errorf("%d columns: the widest line has %d:\n%s", columns, terminal.Widest, terminal)
		}
	}
}

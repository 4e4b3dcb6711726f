package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/command/line"
	"popfetch/command/term"
	"popfetch/config"
	"popfetch/config/secret"
	"popfetch/fetch"
	"popfetch/fetch/auth"
	"popfetch/fetch/dial"
	"popfetch/fetch/pop3"
	"popfetch/store"
	"popfetch/store/hint"
	"popfetch/store/ledger"
	"popfetch/store/shell"
)

// exitCases are an error of each kind, as the packages below make them.
var exitCases = []struct {
	name string
	err  error
	want int
}{
	{"all went well", nil, 0},
	{"a flag that isn't there", line.NewUsageError("what?", ""), 64},
	{"some messages failed", errPartial, 65},
	{"a message that isn't there", &noMessageError{text: "none"}, 66},
	{"nobody listens", &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, 69},
	{"no such name", &net.DNSError{IsNotFound: true}, 69},
	{"the server hung up", fmt.Errorf("RETR: %w", pop3.ErrHungUp), 69},
	{"nothing moved", &pop3.TimeoutError{Command: "RETR"}, 69},
	{"no answer to the handshake", &dial.TimeoutError{}, 69},
	{"a deadline", context.DeadlineExceeded, 69},
	{"an end that nobody expected", io.EOF, 69},
	{"no service", refused("greeting", ""), 69},
	{"no service, in words", &pop3.Error{Command: "greeting", Text: "too many connections, try again later"}, 69},
	{"a panic", &bugError{"index out of range"}, 70},
	{"an error that nobody knows", errors.New("what now?"), 70},
	{"no permission", local(path(syscall.EACCES)), 73},
	{"a file in the way", local(path(syscall.ENOTDIR)), 73},
	{"a read-only file system", local(path(syscall.EROFS)), 73},
	{"a full disk", local(path(syscall.ENOSPC)), 74},
	{"a damaged ledger", local(&ledger.DamagedError{Path: "work.ledger", Line: 3, Err: io.EOF}), 74},
	{"another run", local(&ledger.InUseError{}), 75},
	{"a mail program that has the mbox", local(hint.Temporary(io.EOF)), 75},
	{"a password_command that hangs", &secret.Error{Source: "password_command", Err: &shell.SlowError{}}, 75},
	{"a maildrop in use", &auth.LoginError{Err: refused("PASS", pop3.CodeInUse)}, 75},
	{"a login too soon", &auth.LoginError{Err: refused("PASS", pop3.CodeLoginDelay)}, 75},
	{"a maildrop locked, in words", &auth.LoginError{Err: &pop3.Error{Command: "PASS", Text: "Mailbox locked"}}, 75},
	{"a dead backend, in words", &auth.LoginError{Err: &pop3.Error{Command: "PASS", Text: "Server Unavailable. 15"}}, 75},
	{"a bad day", refused("LIST", pop3.CodeSysTemp), 75},
	{"no listing today", refused("UIDL", ""), 75},
	{"an end behind the login", &pop3.PartingError{After: "login"}, 76},
	{"an end behind the greeting", &pop3.PartingError{After: "greeting"}, 69},
	{"no POP3", &pop3.ProtocolError{Command: "greeting"}, 76},
	{"no TLS", &dial.HandshakeError{Err: errors.New("no version")}, 76},
	{"a command refused", refused("LIST", ""), 76},
	{"a login refused", &auth.LoginError{Err: refused("PASS", "")}, 77},
	{"a wrong password, and try again", &auth.LoginError{Err: &pop3.Error{Command: "PASS", Text: "Bad password, try again"}}, 77},
	{"a certificate refused", &dial.CertificateError{}, 77},
	{"no STLS", &fetch.NoTLSError{}, 77},
	{"a bad configuration", &config.Error{}, 78},
	{"no configuration", &configError{err: fs.ErrNotExist}, 78},
	{"no password", &secret.Error{Source: "keyring", Err: secret.ErrNotFound}, 78},
	{"no answer to the question for it", &secret.Error{Source: "password prompt", Err: secret.ErrNoAnswer}, 64},
	{"a reader that has gone", term.ErrUnread, 141},
	{"Ctrl-C", Signal(syscall.SIGINT), 130},
	{"SIGTERM", Signal(syscall.SIGTERM), 143},
}

func refused(command, code string) error { return &pop3.Error{Command: command, Code: code} }

func local(err error) error { return &store.Error{Op: "write", Err: err} }

func path(err error) error { return &fs.PathError{Op: "open", Path: "mail", Err: err} }

func TestExitCode(t *testing.T) {
	for _, test := range exitCases {
		t.Run(test.name, func(t *testing.T) {
			wrapped := test.err
			if wrapped != nil {
				wrapped = markShown(fmt.Errorf("account: %w", wrapped))
			}
			if got := ExitCode(wrapped); got != test.want {
				t.Errorf("%v: got %d, want %d", test.err, got, test.want)
			}
		})
	}
}

// TestExitCodesAreDocumented finds a meaning for every code that there is, and
// an error for every code that has a meaning.
func TestExitCodesAreDocumented(t *testing.T) {
	var made []int
	for _, test := range exitCases {
		made = append(made, test.want)
	}
	slices.Sort(made)
	if diff := cmp.Diff(slices.Compact(made), slices.Sorted(slices.Values(documentedCodes(t)))); diff != "" {
		t.Error(diff)
	}
}

// TestEveryExitCodeHasAStory holds the documented exit codes against those that
// the stories demand of the program. Only a bug has no story; see TestPanic.
func TestEveryExitCodeHasAStory(t *testing.T) {
	told := map[string]bool{"0": true, "70": true}
	demand := regexp.MustCompile(`(?m)^(?:\[.*\] )?(?:exits|ended) (\d+)`)
	scripts, err := filepath.Glob("../testdata/script/*/*.txtar")
	common, errCommon := filepath.Glob("../testdata/script/*.txtar")
	if err := errors.Join(err, errCommon); err != nil {
		t.Fatal(err)
	}
	for _, script := range append(scripts, common...) {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range demand.FindAllStringSubmatch(string(text), -1) {
			told[found[1]] = true
		}
	}
	for _, code := range documentedCodes(t) {
		if !told[strconv.Itoa(code)] {
			t.Errorf("no story ends with exit code %d", code)
		}
	}
}

// documentedCodes are the exit codes of the manual.
func documentedCodes(t *testing.T) (codes []int) {
	t.Helper()
	_, section, _ := strings.Cut(sourceText(t, "manual/popfetch.1.txt"), "\n# EXIT STATUS\n")
	section, _, _ = strings.Cut(section, "\n# ")
	about := regexp.MustCompile("(?m)^`(\\d+)`(?:, `(\\d+)`)?\n: ")
	for _, match := range about.FindAllStringSubmatch(section, -1) {
		for _, text := range match[1:] {
			if code, err := strconv.Atoi(text); err == nil {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

// TestPanic lets one account's work panic: the others go on, and it is told as
// a bug.
func TestPanic(t *testing.T) {
	var out, complaints bytes.Buffer
	p := &program{UI: &term.UI{Out: &out, Err: &complaints}}
	errs := p.forEachAccount(2, []account{{Name: "bad"}, {Name: "good"}}, func(a account) error {
		if a.Name == "bad" {
			panic("index out of range")
		}
		p.PrintResult("%s: done", a.Name)
		return nil
	})
	if code := ExitCode(worstError(errs)); code != exitBug {
		t.Errorf("exit code %d", code)
	}
	if out.String() != "good: done\n" {
		t.Errorf("stdout: %q", out.String())
	}
	const want = "popfetch: bad: this is a bug in popfetch: index out of range\npopfetch: hint: please report it, "
	if got := complaints.String(); !strings.HasPrefix(got, want) || !strings.Contains(got, "exit_test.go") {
		t.Errorf("stderr: %s", got)
	}
}

func TestWorst(t *testing.T) {
	later := &net.DNSError{}
	lasting := &configError{err: fs.ErrNotExist}
	tests := []struct {
		name string
		errs []error
		want int
	}{
		{"nobody", nil, 0},
		{"all well", []error{nil, nil}, 0},
		{"the first temporary", []error{nil, later, &store.Error{Err: &ledger.InUseError{}}}, 69},
		{"the first lasting, behind temporary ones", []error{later, lasting, &auth.LoginError{}}, 78},
		{"some messages failed", []error{later, errPartial}, 65},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := ExitCode(worstError(test.errs)); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

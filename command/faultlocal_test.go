//go:build unix

package command

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"popfetch/command/term"
	"popfetch/store/ledger"
)

// TestFaultsOfMailbox has places where no mailbox can be.
func TestFaultsOfMailbox(t *testing.T) {
	replaced := func(make func(r *faultRig) error) func(*faultRig) {
		return func(r *faultRig) {
			r.Helper()
			r.must(make(r))
		}
	}
	remove := func(r *faultRig) { r.must(os.RemoveAll(r.mailbox())) }
	unprivileged := func(f mishap) mishap {
		if os.Getuid() == 0 {
			f.code, f.fresh, f.says = exitOK, 4, "" // nothing keeps root out
		}
		return f
	}
	meet(t, []mishap{
		{name: "a FIFO", prepare: replaced(func(r *faultRig) error { return syscall.Mkfifo(r.mailbox(), 0o600) }), mend: remove, code: -1, says: `mail: (it is )?not a`},
		{name: "a link to nothing", prepare: replaced(func(r *faultRig) error { return os.Symlink("/nowhere/at/all", r.mailbox()) }), mend: remove, code: exitCantCreate},
		{name: "a link to a loop", prepare: replaced(func(r *faultRig) error { return os.Symlink("mail", r.mailbox()) }), mend: remove, code: -1},
		{name: "below a file", config: "", prepare: replaced(func(r *faultRig) error {
			r.write("file", "")
			return r.moveMailbox("file/mail")
		}), mend: func(r *faultRig) { r.must(r.moveMailbox("mail")) }, code: exitCantCreate},
		unprivileged(mishap{name: "in a folder that is read-only", prepare: replaced(func(r *faultRig) error {
			if err := r.moveMailbox("folder/mail"); err != nil {
				return err
			}
			return os.Mkdir(r.path("folder"), 0o500)
		}), mend: func(r *faultRig) { r.must(os.Chmod(r.path("folder"), 0o700)) }, code: exitCantCreate}),
	})
}

// moveMailbox has the configuration name another path.
func (r *faultRig) moveMailbox(name string) error {
	text, err := os.ReadFile(r.path("config.yaml"))
	if err != nil {
		return err
	}
	kind := map[bool]string{true: "mbox: ", false: "maildir: "}[r.mbox]
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		if strings.Contains(line, kind) {
			lines[i] = "    " + kind + r.path(name)
		}
	}
	r.box = name
	return os.WriteFile(r.path("config.yaml"), []byte(strings.Join(lines, "\n")), 0o600)
}

// TestFaultsOfState has a state folder and a ledger that are not as popfetch
// left them. Nothing is fetched before a person has looked at it.
func TestFaultsOfState(t *testing.T) {
	ledger := func(change func(text string) string) func(*faultRig) {
		return func(r *faultRig) {
			text, err := os.ReadFile(r.ledger())
			r.must(err)
			r.must(os.WriteFile(r.ledger()+".copy", text, 0o600))
			r.must(os.WriteFile(r.ledger(), []byte(change(string(text))), 0o600))
		}
	}
	restore := func(r *faultRig) {
		r.must(os.RemoveAll(r.ledger()))
		r.must(os.Rename(r.ledger()+".copy", r.ledger()))
	}
	after := func(prepare func(*faultRig)) func(*faultRig) {
		return func(r *faultRig) {
			r.Helper()
			if code, stdout, stderr := r.sync(); code != exitOK {
				r.Fatalf("%d\n%s%s", code, stdout, stderr)
			}
			prepare(r)
		}
	}
	bad := func(name, says string, change func(string) string) mishap {
		return mishap{name: name, prepare: after(ledger(change)), mend: restore, code: exitIO, says: says}
	}
	meet(t, []mishap{
		bad("an empty ledger", `work\.ledger:1: there is not even the first line`, func(string) string { return "" }),
		bad("zeros", `work\.ledger:1: `, func(text string) string { return string(make([]byte, len(text))) }),
		bad("garbage", `work\.ledger:1: `, func(string) string { return "\x7fELF\x02\x01\x01\n\xff\xfe\n" }),
		bad("the ledger of another account", `work\.ledger:1: `, func(text string) string { return strings.Replace(text, " work ", " home ", 1) }),
		{
			name: "a newer version", code: exitConfig, says: `written by a newer popfetch`, mend: restore,
			prepare: after(ledger(func(text string) string { return strings.Replace(text, "popfetch-ledger 2 ", "popfetch-ledger 3 ", 1) })),
		},
		bad("a letter changed", `work\.ledger:\d+: the checksum is wrong`, func(text string) string { return strings.Replace(text, "kept", "keqt", 1) }),
		bad("a line of a person", `work\.ledger:\d+: `, func(text string) string { return text + "kept 2026-01-01T00:00:00Z uid-9\n" }),
		{
			name: "a torn line", prepare: after(ledger(func(text string) string { return text + "kept 2026-01-01T00:" })),
			code: exitOK, fresh: 0,
		},
		{
			name: "zeros behind it", prepare: after(ledger(func(text string) string { return text + string(make([]byte, 4096)) })),
			code: exitOK, fresh: 0,
		},
		{
			name: "a folder for a ledger", prepare: after(func(r *faultRig) {
				r.must(os.Rename(r.ledger(), r.ledger()+".copy"))
				r.must(os.Mkdir(r.ledger(), 0o700))
			}), mend: restore, code: exitCantCreate,
		},
		{
			name: "a file for a state folder", prepare: func(r *faultRig) { r.write("state", "") },
			mend: func(r *faultRig) { r.must(os.Remove(r.path("state"))) }, code: exitCantCreate,
		},
		{
			name: "the clock set back", prepare: after(func(r *faultRig) { r.must(r.later(365 * 24 * time.Hour)) }),
			code: exitOK, fresh: 0,
		},
	})
}

// later makes the ledger one of the future, as it is when the clock was set
// back since.
func (r *faultRig) later(by time.Duration) error {
	p := &program{UI: &term.UI{}, statePath: filepath.Dir(r.ledger())}
	l, err := p.openLedger(context.Background(), account{Name: "work"})
	if err != nil {
		return err
	}
	defer l.Close()
	defer func() { _ = p.stateDir.Close() }()
	records := []ledger.Record{{Kind: ledger.Login, Time: time.Now().Add(by)}}
	for key, entry := range l.All() {
		records = append(records, ledger.Record{
			Kind: ledger.Kept, Time: entry.Since().Add(by), Key: key, StoredSize: entry.StoredSize, WireSize: entry.WireSize, Digests: entry.Digests,
		})
	}
	return l.Append(records...)
}

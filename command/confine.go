package command

import (
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"popfetch/command/sandbox"
	"popfetch/config"
	"popfetch/store/durable"
)

// A scope is what a run does, as far as the sandbox is concerned.
type scope struct {
	records  bool // in ledgers what becomes of messages
	delivers bool // into mailboxes
	lasting  bool // it stays, while files that it reads are replaced by others
}

// confine gives up what a run for these accounts doesn't need. A command of an
// account may need anything, and the sandbox holds for the whole process: so a run
// that has one such account keeps all that it has.
//
// It never keeps a run from its work. What fails here fails again where it is
// needed, and is reported there.
func (p *program) confine(s scope, accounts ...account) {
	if p.enter == nil || sandbox.ABI() == 0 {
		return
	}
	for _, a := range accounts {
		if why := p.whyOpen(a, s.lasting); why != "" {
			p.info(title(a), "no sandbox for this run: %s", why)
			return
		}
	}
	p.prepare(accounts, s)
	rights := p.rightsFor(accounts, s)
	if err := p.enter(rights); err != nil {
		p.info("", "no sandbox for this run: %v", err)
		return
	}
	p.rights = &rights
}

// confined reports an error where accounts that a reload brings need more than
// the run has kept.
func (p *program) confined(accounts []account, s scope) error {
	if p.rights == nil {
		return nil
	}
	for _, a := range accounts {
		if why := p.whyOpen(a, s.lasting); why != "" {
			return &sandboxError{a.Name + " needs no sandbox (" + why + ")"}
		}
	}
	if what, missing := p.rights.Missing(p.rightsFor(accounts, s)); missing {
		return &sandboxError{"it needs the right " + what}
	}
	return nil
}

// A sandboxError says that a run has given up what is wanted now.
type sandboxError struct{ what string }

func (e *sandboxError) Error() string {
	return "the sandbox of this run can't be widened: " + e.what
}

// Hint tells the way out.
func (*sandboxError) Hint() string { return "restart popfetch" }

// prepare makes and reads what can't be made and read in the sandbox: folders,
// which need rights in the one above, and what Go reads only once.
func (p *program) prepare(accounts []account, s scope) {
	_, _ = time.Now().Zone()
	if s.records {
		if _, err := p.state(); err != nil {
			return // nor is anything else to be made
		}
	}
	for _, a := range accounts {
		if a.OAuth != nil || a.TLS.Mode != config.TLSNone && a.TLS.CAFile == "" || a.LMTP.Server != "" && a.LMTP.TLS.CAFile == "" {
			_, _ = x509.SystemCertPool()
		}
		if a.OAuth != nil {
			_, _ = p.signIn(a)
		}
		if s.delivers {
			makeFolders(mailboxFolders(a))
		}
	}
}

// makeFolders makes those of a mailbox that aren't there. Opening one that is
// there settles what a run left that died while it made it.
func makeFolders(paths []string) {
	for _, path := range paths {
		if dir, _, err := durable.MakeDir(path); err == nil {
			dir.Close()
		}
	}
}

// mailboxFolders is the folder that an account's mail is written below, if it
// goes into one.
func mailboxFolders(a account) []string {
	switch {
	case a.Maildir != "":
		return []string{a.Maildir}
	case a.MBox != "":
		return []string{filepath.Dir(realPath(a.MBox))}
	default:
		return nil
	}
}

// whyOpen returns why a run that has the account isn't sandboxed, or nothing.
func (p *program) whyOpen(a account, lasting bool) string {
	for _, command := range commandsOf(a) {
		if command.text != "" {
			return command.key + " is a command, which may need anything"
		}
	}
	folders := mailboxFolders(a)
	if state, err := p.stateFolder(); err == nil {
		folders = append(folders, state)
	}
	for _, folder := range folders {
		if isWide(folder) {
			return "what lies below " + folder + " is more than mail"
		}
	}
	if !lasting {
		return p.whyOpenBus(a)
	}
	files := filesOf(a)
	if loaded := p.config.Load(); loaded != nil {
		files = append(files, loaded.Path)
	}
	for _, file := range files {
		for _, folder := range foldersHolding(file) {
			if isWide(folder) {
				return "a new " + filepath.Base(file) + " couldn't be read without all of " + folder
			}
		}
	}
	return p.whyOpenBus(a)
}

// whyOpenBus is about a keyring that is reached by anything but a socket.
func (p *program) whyOpenBus(a account) string {
	bus := os.Getenv("DBUS_SESSION_BUS_ADDRESS")
	if bus == "" || strings.HasPrefix(bus, "unix:") || !usesKeyring(a) {
		return ""
	}
	return "the session bus is no socket: " + bus
}

// usesKeyring reports whether an account's secret may come from the keyring.
func usesKeyring(a account) bool {
	from := a.Password
	return a.OAuth != nil || from.Command+from.File+from.Env == "" && from.Password.IsZero()
}

// isWide reports whether a folder holds all that a user has.
func isWide(folder string) bool {
	homes := []string{"/home", "/root"}
	if home, err := os.UserHomeDir(); err == nil {
		homes = append(homes, realPath(home))
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return true
	}
	folder = realPath(folder)
	for _, home := range homes {
		if sandbox.Holds(folder, home) {
			return true
		}
	}
	return false
}

// filesOf are the files that an account's logins are read from.
func filesOf(a account) (files []string) {
	for _, file := range []string{
		a.Password.File, a.TLS.CAFile, a.TLS.ClientCert, a.TLS.ClientKey,
		a.LMTP.TLS.CAFile, a.LMTP.TLS.ClientCert, a.LMTP.TLS.ClientKey,
	} {
		if file != "" {
			files = append(files, file)
		}
	}
	return files
}

// foldersHolding are the folders where a file, or the one that a link leads to, is
// replaced by another.
func foldersHolding(file string) []string {
	return []string{filepath.Dir(file), filepath.Dir(realPath(file))}
}

// sandboxText tells for check whether an account's runs are sandboxed.
func (p *program) sandboxText(a account) string {
	why := p.whyOpen(a, false)
	switch {
	case sandbox.ABI() == 0:
		return "no: this system has no Landlock"
	case why != "":
		return "no, nor are other accounts of the same run: " + why
	}
	text := fmt.Sprintf("yes, by Landlock %d", sandbox.ABI())
	if why := p.whyOpen(a, true); why != "" {
		text += "; not with --every: " + why
	}
	if open := p.openAccounts(); len(open) > 0 {
		text += "; not in a run that has " + strings.Join(open, " or ")
	}
	return text
}

// openAccounts are those that a run of all accounts has and can't be sandboxed
// with.
func (p *program) openAccounts() (names []string) {
	loaded := p.config.Load()
	if loaded == nil {
		return nil
	}
	for _, a := range loaded.Accounts {
		if a.Enabled && p.whyOpen(a, false) != "" {
			names = append(names, title(a))
		}
	}
	if more := len(names) - 3; more > 0 {
		names = append(names[:3], fmt.Sprintf("%d more", more))
	}
	return names
}

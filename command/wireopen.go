package command

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"popfetch/command/sandbox"
)

// The scopes of sync.
var (
	oneSync     = scope{plans: true, records: true, delivers: true}
	lastingSync = scope{plans: true, records: true, delivers: true, lasting: true}
)

// whyOpen returns why a run that has the account isn't sandboxed, or nothing.
func (p *program) whyOpen(a account, s scope) string {
	reasons := []string{whyCommands(a, s), p.whyFolders(a, s), whyBus(a)}
	if s.lasting {
		reasons = append(reasons, p.whyFiles(a))
	}
	return cmp.Or(reasons...)
}

func whyCommands(a account, s scope) string {
	for _, command := range commandsOf(a) {
		if s.mayRun(command.when) {
			return command.key + " is a command, which may need anything"
		}
	}
	return ""
}

// whyFolders is about folders to be written below that hold all that a user has.
func (p *program) whyFolders(a account, s scope) string {
	var folders []string
	if s.delivers {
		folders = mailboxFolders(a.Mailbox)
	}
	if state, err := p.stateFolder(); err == nil {
		folders = append(folders, state)
	}
	for _, folder := range folders {
		if isWide(folder) {
			return "what lies below " + folder + " is more than mail"
		}
	}
	return ""
}

// whyFiles is about files that may be replaced by others while a run stays: those
// can only be read where all of the folder can.
func (p *program) whyFiles(a account) string {
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
	return ""
}

// whyBus is about a keyring that is reached by anything but a socket.
func whyBus(a account) string {
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
		if sandbox.FolderHas(folder, home) {
			return true
		}
	}
	return false
}

// filesOf are the files that an account's logins are read from.
func filesOf(a account) (files []string) {
	for _, file := range []string{
		a.Password.File, a.TLS.CAFile, a.TLS.ClientCert, a.TLS.ClientKey,
		a.Mailbox.TLS.CAFile, a.Mailbox.TLS.ClientCert, a.Mailbox.TLS.ClientKey,
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
	why := p.whyOpen(a, oneSync)
	switch {
	case sandbox.ABI() == 0:
		return "no: this system has no Landlock"
	case why != "":
		return "no, nor are other accounts of the same run: " + why
	}
	text := fmt.Sprintf("yes, by Landlock %d", sandbox.ABI())
	if why := p.whyOpen(a, lastingSync); why != "" {
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
		if a.Enabled && p.whyOpen(a, oneSync) != "" {
			names = append(names, titleOf(a))
		}
	}
	if more := len(names) - 3; more > 0 {
		names = append(names[:3], fmt.Sprintf("%d more", more))
	}
	return names
}

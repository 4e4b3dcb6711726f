package command

import (
	"crypto/x509"
	"time"

	"popfetch/command/sandbox"
	"popfetch/config"
	"popfetch/store/durable"
	"popfetch/store/hint"
)

// A scope is what a run does, as far as the sandbox is concerned.
type scope struct {
	plans    bool // what to do with messages, as filters say
	records  bool // in ledgers what becomes of messages
	delivers bool // into mailboxes
	lasting  bool // it stays, while files that it reads are replaced by others
}

// enterSandbox gives up what a run for these accounts doesn't need. A command of an
// account may need anything, and the sandbox holds for the whole process: so a run
// that has one such account keeps all that it has.
//
// It never keeps a run from its work. What fails here fails again where it is
// needed, and is reported there.
func (p *program) enterSandbox(s scope, accounts ...account) {
	if p.enter == nil || sandbox.ABI() == 0 {
		return
	}
	for _, a := range accounts {
		if why := p.whyOpen(a, s); why != "" {
			p.Info(titleOf(a), "no sandbox for this run: %s", why)
			return
		}
	}
	p.prepareSandbox(accounts, s)
	rights := p.rightsFor(accounts, s)
	if err := p.enter(rights); err != nil {
		p.Info("", "no sandbox for this run: %v", err)
		return
	}
	p.rights = &rights
}

// checkRights reports an error where accounts that a reload brings need more than
// the run has kept.
func (p *program) checkRights(accounts []account, s scope) error {
	if p.rights == nil {
		return nil
	}
	for _, a := range accounts {
		if why := p.whyOpen(a, s); why != "" {
			return cantWiden(a.Name + " needs no sandbox (" + why + ")")
		}
	}
	if what, missing := p.rights.Missing(p.rightsFor(accounts, s)); missing {
		return cantWiden("it needs the right " + what)
	}
	return nil
}

// cantWiden says that a run has given up what is wanted now.
func cantWiden(why string) error {
	return hint.Errorf("restart popfetch", "the sandbox of this run can't be widened: %s", why)
}

// prepareSandbox makes and reads what can't be made and read in the sandbox: folders,
// which need rights in the one above, and what Go reads only once.
func (p *program) prepareSandbox(accounts []account, s scope) {
	_, _ = time.Now().Zone()
	if s.records {
		if _, err := p.openState(); err != nil {
			return // nor is anything else to be made
		}
	}
	for _, a := range accounts {
		k, _ := kindOf(a.Mailbox)
		if a.OAuth != nil || a.TLS.Mode != config.TLSNone && a.TLS.CAFile == "" || k.connects && a.Mailbox.TLS.CAFile == "" {
			_, _ = x509.SystemCertPool()
		}
		if a.OAuth != nil {
			_, _ = p.signIn(a)
		}
		if s.delivers {
			makeFolders(mailboxFolders(a.Mailbox))
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

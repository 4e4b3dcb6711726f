package command

import (
	"path/filepath"
	"slices"
)

// sharing returns an account that, if it is one by URL, goes by the name of the
// account of the configuration for the same mail: they share a ledger, so that
// neither brings what the other has. Where the mailbox isn't named it counts for
// nothing, if there is only one such account.
func (p *program) sharing(a account) account {
	if !byURL(a) {
		return a
	}
	a.Name = a.Password.Account
	known := p.knownConfig()
	if known == nil {
		return a
	}
	mailbox := a.Maildir + a.MBox
	same := slices.DeleteFunc(slices.Clone(known.Accounts), func(other account) bool {
		return maildropOf(other) != maildropOf(a) || mailbox != "" && !isSameMailbox(a, other)
	})
	if len(same) == 1 || len(same) > 0 && mailbox != "" {
		a.Name = same[0].Name
	}
	return a
}

// isSameMailbox reports whether two accounts, the first of them by URL, have the
// same Maildir or mbox.
func isSameMailbox(a, b account) bool {
	if a.Maildir != "" {
		return b.Maildir != "" && realPath(a.Maildir) == realPath(b.Maildir)
	}
	return b.MBox != "" && realPath(a.MBox) == realPath(b.MBox)
}

// realPath is the one path that has no symbolic links, of what may not be there yet.
func realPath(path string) string {
	path = filepath.Clean(path)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	if parent := filepath.Dir(path); parent != path {
		return filepath.Join(realPath(parent), filepath.Base(path))
	}
	return path
}

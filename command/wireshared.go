package command

import (
	"path/filepath"
	"slices"

	"popfetch/config"
)

// withSharedName returns an account that, if it is one by URL, goes by the name of the
// account of the configuration for the same mail: they share a ledger, so that
// neither brings what the other has. Where the mailbox isn't named it counts for
// nothing, if there is only one such account.
func (p *program) withSharedName(a account) account {
	if !isByURL(a) {
		return a
	}
	a.Name = a.Password.Account
	known := p.knownConfig()
	if known == nil {
		return a
	}
	isNamed := a.Mailbox.Kind != ""
	same := slices.DeleteFunc(slices.Clone(known.Accounts), func(other account) bool {
		return maildropOf(other) != maildropOf(a) || isNamed && !isSameMailbox(a.Mailbox, other.Mailbox)
	})
	if len(same) == 1 || len(same) > 0 && isNamed {
		a.Name = same[0].Name
	}
	return a
}

// isSameMailbox reports whether two mailboxes, the first of them that of an account by
// URL, are the same Maildir or mbox.
func isSameMailbox(a, b config.Mailbox) bool {
	return a.Kind == b.Kind && realPath(a.Place) == realPath(b.Place)
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

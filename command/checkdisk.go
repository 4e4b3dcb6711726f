package command

import (
	"os"
	"path/filepath"
	"slices"

	"popfetch/store/durable"
	"popfetch/store/mbox"
)

// adviceOnLocks says what the file system of an mbox doesn't do for it.
func adviceOnLocks(a account) []advice {
	if err := mbox.LockRefusal(a.Mailbox.Place); err != nil {
		return []advice{newNote("nothing to set: see that mail programs heed the dotlock",
			"the file system of %s refuses fcntl locks (%v): the dotlock has to do", a.Mailbox.Place, err)}
	}
	return nil
}

// folderAdvice is about folders that can't be synced.
func (p *program) folderAdvice(a account) (all []advice) {
	for _, folder := range p.foldersOf(a) {
		if err := durable.SyncRefusal(folder); err != nil {
			all = append(all, newWarning("use another file system, or keep mail on the server for some days, as with delete: 7d",
				"the file system can't sync folders (%v): after a power failure what is new may be missing there", err))
		}
	}
	return all
}

// noteDisk says with -v what the disk doesn't do. What it is with locks the
// mailbox says itself once it has tried.
func (p *program) noteDisk(a account) {
	if !p.Verbose {
		return
	}
	for _, advice := range p.folderAdvice(a) {
		p.Info(a.Name, "%s", advice.text)
	}
}

// foldersOf are the folders whose entries an account changes, or those that they
// will be made in.
func (p *program) foldersOf(a account) (folders []string) {
	for _, folder := range mailboxFolders(a.Mailbox) {
		folders = append(folders, existingFolder(folder))
	}
	if state, err := p.stateFolder(); err == nil {
		folders = append(folders, existingFolder(state))
	}
	return slices.Compact(folders)
}

// existingFolder is the folder itself, or the nearest one above it that is there.
func existingFolder(path string) string {
	for {
		if _, err := os.Stat(path); err == nil || filepath.Dir(path) == path {
			return path
		}
		path = filepath.Dir(path)
	}
}

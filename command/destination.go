package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"popfetch/store"
)

// destination names an account's mailbox for a person.
func destination(a account) string {
	switch {
	case a.Maildir != "":
		return "maildir " + a.Maildir
	case a.MBox != "":
		return "mbox " + a.MBox
	default:
		return "none"
	}
}

// destinations gives accounts by URL their mailbox, from the flags.
func destinations(accounts []account, maildir, mbox string) error {
	if maildir != "" && mbox != "" {
		return &usageError{"--maildir and --mbox exclude each other", "give one of them"}
	}
	for i := range accounts {
		a := &accounts[i]
		switch {
		case !byURL(*a) && maildir+mbox != "":
			return &usageError{
				"--maildir and --mbox are for an account by URL",
				fmt.Sprintf("the account %s has its mailbox in the configuration", a.Name),
			}
		case byURL(*a) && maildir+mbox == "":
			return &usageError{"where shall the mail go?", "give --maildir DIR or --mbox FILE"}
		case byURL(*a):
			var err error
			if a.Maildir, err = absolute(maildir); err == nil {
				a.MBox, err = absolute(mbox)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func absolute(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	return filepath.Abs(path)
}

// checkDestination finds out whether an account's mailbox could be written,
// and leaves nothing behind.
func checkDestination(a account) error {
	folder := a.Maildir
	if folder == "" {
		folder = filepath.Dir(a.MBox)
	}
	for {
		info, err := os.Stat(folder)
		switch {
		case err == nil && !info.IsDir():
			err = fmt.Errorf("%s is not a folder", folder)
		case err == nil:
			err = tryFolder(folder)
		case errors.Is(err, fs.ErrNotExist) && filepath.Dir(folder) != folder:
			folder = filepath.Dir(folder) // it will be made in there
			continue
		}
		if err != nil {
			return &store.Error{Op: "write to " + destination(a), Err: err}
		}
		return nil
	}
}

// tryFolder makes a file in a folder and removes it again.
func tryFolder(path string) error {
	f, err := os.CreateTemp(path, ".popfetch-check-")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

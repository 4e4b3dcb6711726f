package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"popfetch/command/line"
	"popfetch/config"
	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/mbox"
	"popfetch/store/trusted"
)

// setDestinations gives accounts by URL their mailbox, from the flags.
func setDestinations(accounts []account, maildir, mbox string) error {
	if maildir != "" && mbox != "" {
		return line.NewUsageError("--maildir and --mbox exclude each other", "give one of them")
	}
	for i := range accounts {
		a := &accounts[i]
		switch {
		case !isByURL(*a) && maildir+mbox != "":
			return line.NewUsageError(
				"--maildir and --mbox are for an account by URL",
				fmt.Sprintf("the account %s has its mailbox in the configuration", a.Name))
		case isByURL(*a) && maildir+mbox == "":
			return line.NewUsageError("where shall the mail go?", "give --maildir DIR or --mbox FILE")
		case isByURL(*a):
			a.Mailbox = config.Mailbox{Kind: config.Maildir, Place: maildir}
			if mbox != "" {
				a.Mailbox = config.Mailbox{Kind: config.MBox, Place: mbox}
			}
			var err error
			if a.Mailbox.Place, err = absolutePath(a.Mailbox.Place); err != nil {
				return err
			}
		}
	}
	return nil
}

func absolutePath(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	return filepath.Abs(path)
}

// checkDestination finds out whether an account's mailbox could be written,
// and leaves nothing behind.
func checkDestination(ctx context.Context, a account) error {
	if err := inspectDestination(a); err != nil {
		return err
	}
	return askDestination(ctx, a)
}

// inspectDestination finds out what can be told without a network.
func inspectDestination(a account) error {
	k, err := kindOf(a.Mailbox)
	if err != nil || k.inspect == nil {
		return err
	}
	if err = k.inspect(a); err != nil && k.folder != nil {
		return &store.Error{Op: "write to " + mailboxName(a), Err: err}
	}
	return err
}

// askDestination asks the server that gets the mail, if that is one.
func askDestination(ctx context.Context, a account) error {
	if k, _ := kindOf(a.Mailbox); k.ask != nil {
		return k.ask(ctx, a)
	}
	return nil
}

// checkFolder is for a folder that is there, or is going to be made.
func checkFolder(path string, open func(string) (*durable.Dir, error)) error {
	dir, err := open(path)
	switch {
	case err == nil:
		return errors.Join(dir.Close(), tryFolder(path))
	case errors.Is(err, fs.ErrNotExist) && filepath.Dir(path) != path:
		return checkFolder(filepath.Dir(path), durable.OpenCommon) // it will be made in there
	default:
		return err
	}
}

var errNotAFile = errors.New("an mbox has to be a file")

// checkFile is for an mbox, which also has its lock in the folder.
func checkFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return checkFolder(filepath.Dir(path), durable.OpenCommon)
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return &fs.PathError{Op: "open", Path: path, Err: errNotAFile}
	}
	if err := mbox.Check(path); err != nil {
		return err
	}
	f, err := trusted.OpenWritable(path, trusted.Keep)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil || mbox.LockRefusal(path) == nil {
		return err // that file system has locks, so a dotlock is none that has to be
	}
	return checkFolder(filepath.Dir(path), durable.OpenCommon)
}

// tryFolder makes a file in a folder and removes it again.
func tryFolder(path string) error {
	f, err := os.CreateTemp(path, ".popfetch-check-")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

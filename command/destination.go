package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"popfetch/command/line"
	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/lmtp"
	"popfetch/store/mbox"
	"popfetch/store/pipe"
	"popfetch/store/trusted"
)

// destination names an account's mailbox for a person. An account by URL has
// none before a flag of sync names it.
func destination(a account) string {
	switch {
	case a.Maildir != "":
		return "maildir " + a.Maildir
	case a.MBox != "":
		return "mbox " + a.MBox
	case a.Pipe != "":
		return pipe.Name(a.Pipe)
	case a.LMTP.Server != "":
		return peerOf(a).String() + " for " + a.LMTP.Recipient
	default:
		return "none"
	}
}

// destinations gives accounts by URL their mailbox, from the flags.
func destinations(accounts []account, maildir, mbox string) error {
	if maildir != "" && mbox != "" {
		return line.Usage("--maildir and --mbox exclude each other", "give one of them")
	}
	for i := range accounts {
		a := &accounts[i]
		switch {
		case !byURL(*a) && maildir+mbox != "":
			return line.Usage(
				"--maildir and --mbox are for an account by URL",
				fmt.Sprintf("the account %s has its mailbox in the configuration", a.Name))
		case byURL(*a) && maildir+mbox == "":
			return line.Usage("where shall the mail go?", "give --maildir DIR or --mbox FILE")
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
func checkDestination(ctx context.Context, a account) (err error) {
	switch {
	case a.Pipe != "":
		return pipe.Check(a.Pipe)
	case a.LMTP.Server != "":
		options, err := lmtpOptions(a)
		if err != nil {
			return err
		}
		return lmtp.Check(ctx, peerOf(a), options)
	case a.Maildir != "":
		err = checkFolder(a.Maildir, durable.OpenDir)
	case a.MBox != "":
		err = checkFile(a.MBox)
	}
	if err != nil {
		return &store.Error{Op: "write to " + destination(a), Err: err}
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

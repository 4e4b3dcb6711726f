package command

import (
	"errors"
	"os"

	"popfetch/store"
)

// errNowhere says that what is written to stdout is lost. The Go runtime puts
// the null device in the place of a stdout that is closed.
var errNowhere = errors.New("it is closed or the null device, and the message would be lost")

// output marks an error as one of stdout.
func output(err error) error {
	if err == nil {
		return nil
	}
	return &store.Error{Op: "write to stdout", Err: err}
}

// checkOutput refuses a stdout that keeps nothing, where a message is about to
// be deleted or never fetched because it was written there.
func (p *program) checkOutput() error {
	f, ok := p.out.(*os.File)
	if !ok {
		return nil
	}
	out, err := f.Stat()
	if err != nil {
		return output(err)
	}
	if null, err := os.Stat(os.DevNull); err == nil && os.SameFile(out, null) {
		return output(errNowhere)
	}
	return nil
}

// syncOutput makes durable what was written to stdout, if that is a file: a
// message may be deleted on the server next.
func (p *program) syncOutput() error {
	f, ok := p.out.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return err
	}
	return f.Sync()
}

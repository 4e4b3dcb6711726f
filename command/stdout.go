package command

import (
	"errors"
	"os"
	"runtime"
	"syscall"
)

// errNowhere says that what is written to stdout is lost. The Go runtime puts
// the null device in the place of a stdout that is closed.
var errNowhere = errors.New("it is closed or the null device, and the message would be lost")

// errUnread says that the reader of stdout has gone, as head does when it has
// seen enough. It is never printed: the reader knows.
var errUnread = errors.New("the reader of stdout has gone")

// isUnread reports whether a write failed because the pipe has no reader. On
// Windows that is ERROR_BROKEN_PIPE or ERROR_NO_DATA.
func isUnread(err error) bool {
	return errors.Is(err, errUnread) || errors.Is(err, syscall.EPIPE) ||
		runtime.GOOS == "windows" && (errors.Is(err, syscall.Errno(109)) || errors.Is(err, syscall.Errno(232)))
}

// An outWriter is stdout for a library that ignores the errors of its writes.
type outWriter struct{ ui *ui }

// Write implements io.Writer. The error is in ui.lost.
func (w outWriter) Write(text []byte) (int, error) {
	w.ui.write(w.ui.out, string(text))
	return len(text), nil
}

// checkOutput refuses a stdout that keeps nothing, where a message is about to
// be deleted or never fetched because it was written there.
func (u *ui) checkOutput() error {
	f, ok := u.out.(*os.File)
	if !ok {
		return nil
	}
	out, err := f.Stat()
	if err != nil {
		return err
	}
	if null, err := os.Stat(os.DevNull); err == nil && os.SameFile(out, null) {
		return errNowhere
	}
	return nil
}

// syncOutput makes durable what was written to stdout, if that is a file: a
// message may be deleted on the server next.
func (u *ui) syncOutput() error {
	f, ok := u.out.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return err
	}
	return f.Sync()
}

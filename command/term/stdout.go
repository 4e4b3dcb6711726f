package term

import (
	"errors"
	"io"
	"os"
	"runtime"
	"syscall"
)

// ErrNowhere says that what is written to stdout is lost. The Go runtime puts
// the null device in the place of a stdout that is closed.
var ErrNowhere = errors.New("it is closed or the null device, and the message would be lost")

// ErrUnread says that the reader of stdout has gone, as head does when it has
// seen enough. It is never printed: the reader knows.
var ErrUnread = errors.New("the reader of stdout has gone")

// IsUnread reports whether a write failed because the pipe has no reader. On
// Windows that is ERROR_BROKEN_PIPE or ERROR_NO_DATA.
func IsUnread(err error) bool {
	return errors.Is(err, ErrUnread) || errors.Is(err, syscall.EPIPE) ||
		runtime.GOOS == "windows" && (errors.Is(err, syscall.Errno(109)) || errors.Is(err, syscall.Errno(232)))
}

// Stdout returns Out for a library that ignores the errors of its writes: Lost
// has them.
func (u *UI) Stdout() io.Writer { return outWriter{u} }

// An outWriter is stdout for a library that ignores the errors of its writes.
type outWriter struct{ ui *UI }

// Write implements io.Writer. The error is in UI.Lost.
func (w outWriter) Write(text []byte) (int, error) {
	w.ui.writeText(w.ui.Out, string(text))
	return len(text), nil
}

// CheckOutput refuses a stdout that keeps nothing, where a message is about to
// be deleted or never fetched because it was written there.
func (u *UI) CheckOutput() error {
	f, ok := u.Out.(*os.File)
	if !ok {
		return nil
	}
	out, err := f.Stat()
	if err != nil {
		return err
	}
	if null, err := os.Stat(os.DevNull); err == nil && os.SameFile(out, null) {
		return ErrNowhere
	}
	return nil
}

// SyncOutput makes durable what was written to stdout, if that is a file: a
// message may be deleted on the server next.
func (u *UI) SyncOutput() error {
	f, ok := u.Out.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return err
	}
	return f.Sync()
}

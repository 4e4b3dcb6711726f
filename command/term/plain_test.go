package term

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"

	"popfetch/store"
)

func TestPlainText(t *testing.T) {
	tests := []struct {
		err  error
		want string
	}{
		{errors.New("mkdirat it is"), "mkdirat it is"},
		{&fs.PathError{Op: "mkdirat", Path: "foo", Err: syscall.EACCES}, "make the folder foo: permission denied"},
		{
			&store.Error{Op: "open maildir ~/Mail", Err: fmt.Errorf("first: %w", &fs.PathError{Op: "openat", Path: "foo", Err: syscall.EACCES})},
			"open maildir ~/Mail: first: open foo: permission denied",
		},
		{&os.LinkError{Op: "renameat", Old: "tmp/a", New: "new/a", Err: syscall.ENOSPC}, "rename tmp/a to new/a: no space left on device"},
		{os.NewSyscallError("fsync", syscall.EIO), "write out: input/output error"},
		{&fs.PathError{Op: "fstatat2", Path: "foo", Err: syscall.EIO}, "look at foo: input/output error"},
		{&fs.PathError{Op: "frobnicate", Path: "foo", Err: syscall.EIO}, "frobnicate foo: input/output error"},
		{
			errors.Join(&fs.PathError{Op: "unlinkat", Path: "a", Err: syscall.EIO}, &fs.PathError{Op: "unlinkat", Path: "b", Err: syscall.EIO}),
			"remove a: input/output error\nremove b: input/output error",
		},
		{&fs.PathError{Op: "mkdir", Path: "a", Err: &fs.PathError{Op: "statat", Path: "b", Err: syscall.EIO}}, "make the folder a: look at b: input/output error"},
	}
	for _, test := range tests {
		if got := PlainError(test.err); got != test.want {
			t.Errorf("%v: got %q, want %q", test.err, got, test.want)
		}
	}
}

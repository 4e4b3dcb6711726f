package term

import (
	"errors"
	"io/fs"
	"os"
	"strings"
)

// plainOps are what the system's calls do, in words. The names are those that
// package os puts into its errors.
var plainOps = map[string]string{
	"mkdir": "make the folder", "open": "open", "create": "make", "createtemp": "make a file like", "mkdirtemp": "make a folder like",
	"rename": "rename", "link": "link", "symlink": "link", "unlink": "remove", "remove": "remove", "removeall": "remove", "rmdir": "remove the folder",
	"stat": "look at", "lstat": "look at", "fstat": "look at", "statfs": "look at", "readlink": "follow the link",
	"sync": "write out", "fsync": "write out", "fdatasync": "write out", "syncfs": "write out", "truncate": "cut", "ftruncate": "cut",
	"chmod": "change the mode of", "fchmod": "change the mode of", "chown": "change the owner of", "fchown": "change the owner of",
	"lchown": "change the owner of", "chtimes": "change the time of", "utimes": "change the time of", "utimensat": "change the time of",
	"flock": "lock", "fcntl": "lock", "read": "read", "write": "write", "seek": "read",
	"readdir": "read the folder", "readdirent": "read the folder", "getdents": "read the folder", "getdents64": "read the folder",
	"fdopendir": "read the folder", "chdir": "enter the folder", "fork/exec": "start", "copy_file_range": "copy",
}

// plainOp says what a call of the system does, or returns its name. Those that
// work within an open folder end in "at".
func plainOp(call string) string {
	for _, name := range []string{strings.ToLower(call), strings.TrimSuffix(call, "at"), strings.TrimSuffix(call, "at2")} {
		if words, ok := plainOps[name]; ok {
			return words
		}
	}
	return call
}

// PlainError is the text of an error for a person, who knows no calls of the
// system: "mkdirat Mail: …" becomes "make the folder Mail: …".
func PlainError(err error) string {
	text := err.Error()
	for _, part := range partsOf(err) {
		var plain string
		switch e := part.(type) { //nolint:errorlint // partsOf has unwrapped it
		case *fs.PathError:
			plain = plainOp(e.Op) + " " + e.Path + ": " + e.Err.Error()
		case *os.LinkError:
			plain = plainOp(e.Op) + " " + e.Old + " to " + e.New + ": " + e.Err.Error()
		case *os.SyscallError:
			plain = plainOp(e.Syscall) + ": " + e.Err.Error()
		default:
			continue
		}
		text = strings.Replace(text, part.Error(), plain, 1)
	}
	return text
}

// partsOf returns an error and all that it wraps, from the outside in: so the
// text of each is still that which those around it have.
func partsOf(err error) []error {
	all := []error{err}
	if several, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // all are looked at
		for _, e := range several.Unwrap() {
			all = append(all, partsOf(e)...)
		}
	} else if inner := errors.Unwrap(err); inner != nil {
		all = append(all, partsOf(inner)...)
	}
	return all
}

package durable

// Kind tells what an Op does.
type Kind string

// The kinds of changes, and the syncs that make them durable.
const (
	Create   Kind = "create"
	Write    Kind = "write"
	Truncate Kind = "truncate"
	Link     Kind = "link"
	Rename   Kind = "rename"
	Remove   Kind = "remove"
	SyncFile Kind = "sync file"
	SyncDir  Kind = "sync dir"
	SyncFS   Kind = "sync file system"
)

// An Op is one change to the file system, or one sync.
type Op struct {
	Kind Kind
	Path string
	To   string // the new path of a Rename or Link
	Size int64  // the new size of a Truncate
}

// TestOnlyHook stands between the program and the file system when it is set:
// it is given each operation and decides whether do runs. It may be called
// from several goroutines at once. Only tests set it, before the first
// operation, to kill the program at this very point, to let the disk be full
// here, or to write down what was made durable.
var TestOnlyHook func(op Op, do func() error) error

func runOp(op Op, do func() error) error {
	if TestOnlyHook != nil {
		return TestOnlyHook(op, do)
	}
	return do()
}

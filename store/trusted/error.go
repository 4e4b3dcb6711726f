package trusted

// An Error says that a path leads through, or to, what somebody else may have
// made or can change.
type Error struct {
	Path string // of the entry that isn't trusted
	text string
	hint string
}

func (e *Error) Error() string { return e.text }

// Hint tells the way out.
func (e *Error) Hint() string { return e.hint }

package watch

import "os"

// hangups returns nothing: Windows knows no signal for it.
func hangups(bool) (<-chan os.Signal, func()) { return nil, func() {} }

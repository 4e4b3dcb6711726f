package watch

import "os"

// notifyHangups returns nothing: Windows knows no signal for it.
func notifyHangups(bool) (<-chan os.Signal, func()) { return nil, func() {} }

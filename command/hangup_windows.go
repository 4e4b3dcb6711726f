package command

import "os"

// hangups returns nothing: Windows knows no signal for it.
func hangups() (<-chan os.Signal, func()) { return nil, func() {} }

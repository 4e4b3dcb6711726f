package mbox

import "os"

// Windows has no lock that mail programs agree on but the dotlock.
const hasFileLocks = false

func lockFile(*os.File) (holder string, err error) { return "", nil }

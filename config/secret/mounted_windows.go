package secret

import "io/fs"

// isMounted has nothing to allow where no file counts as exposed.
func isMounted(string, fs.FileInfo) bool { return false }

package setup

import (
	"io/fs"
	"os"
)

// keepOwner does nothing where a new file belongs to whom its folder says.
func keepOwner(*os.File, fs.FileInfo) error { return nil }

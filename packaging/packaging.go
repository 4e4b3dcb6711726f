// Package packaging holds the files by which something else starts popfetch. Packages
// install them, and the manual shows them.
package packaging

import "embed"

// Files are all of them, by their paths here.
//
//go:embed cron launchd systemd
var Files embed.FS

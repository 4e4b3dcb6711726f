// The certificates of some old servers have a negative serial number. Package
// dial refuses them, except where the account pins one.
//
//go:debug x509negativeserial=1

// Popfetch fetches mail from POP3 servers, every message exactly once.
package main

import (
	"context"
	"os"

	"popfetch/command"
)

func main() {
	os.Exit(command.Main(command.WithSignals(context.Background()), os.Args))
}

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

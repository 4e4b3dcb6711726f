package command

import (
	"time"

	"github.com/urfave/cli/v2"

	"popfetch/config"
)

// A duration is the value of a flag, in the notation of the configuration.
type duration time.Duration

// Set implements flag.Value.
func (d *duration) Set(text string) error {
	parsed, err := config.ParseDuration(text)
	*d = duration(parsed)
	return err
}

// String implements flag.Value.
func (d *duration) String() string {
	if *d == 0 {
		return ""
	}
	return time.Duration(*d).String()
}

// durationOf returns the value of a flag, 0 where it isn't given.
func durationOf(c *cli.Context, name string) time.Duration {
	return time.Duration(*c.Generic(name).(*duration))
}

package line

import (
	"time"

	"github.com/urfave/cli/v2"

	"popfetch/config"
)

// A Duration is the value of a flag, in the notation of the configuration.
type Duration time.Duration

// Set implements flag.Value.
func (d *Duration) Set(text string) error {
	parsed, err := config.ParseDuration(text)
	*d = Duration(parsed)
	return err
}

// String implements flag.Value.
func (d *Duration) String() string {
	if *d == 0 {
		return ""
	}
	return time.Duration(*d).String()
}

// DurationOf returns the value of a flag, 0 where it isn't given.
func DurationOf(c *cli.Context, name string) time.Duration {
	return time.Duration(*c.Generic(name).(*Duration))
}

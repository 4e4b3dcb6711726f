package command

import (
	"cmp"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
)

func (p *program) versionCommand() *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "print the version, the commit, and what it was built with and for",
		Description: "For a report of a bug. popfetch --version prints only the version.\n\n" +
			"Example:\n  popfetch version",
		Action: p.printVersion,
	}
}

func (p *program) printVersion(c *cli.Context) error {
	if c.Args().Present() {
		return line.NewUsageError("version takes no argument", "popfetch version")
	}
	info, _ := debug.ReadBuildInfo()
	p.PrintResult("popfetch %s", version)
	p.PrintResult("commit %s", commitOf(info))
	p.PrintResult("%s %s/%s", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

// commitOf tells the commit that was built, as far as the build knows. A build
// from an archive knows none.
func commitOf(info *debug.BuildInfo) string {
	settings := map[string]string{}
	if info != nil {
		for _, s := range info.Settings {
			settings[s.Key] = s.Value
		}
	}
	commit := cmp.Or(settings["vcs.revision"], "unknown")
	if at := settings["vcs.time"]; at != "" {
		commit += " of " + at
	}
	if settings["vcs.modified"] == "true" {
		commit += ", changed since"
	}
	return commit
}

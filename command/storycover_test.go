package command

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// untold are commands and flags that no story can tell of, with the reason.
var untold = map[string]string{}

// aside is a line of a story that only looks at what was printed before, or
// that demands of popfetch to refuse the line.
var aside = regexp.MustCompile(`^\s*(#|(\[.*\] )?(!|\?)? ?(stdout|stderr|grep|cmp)\b|(\[.*\] )?exits (64|78) )`)

// TestEveryFlagHasAStory finds each command, and each flag of each, in a story
// in which it has to work.
func TestEveryFlagHasAStory(t *testing.T) {
	told := map[string]bool{}
	err := filepath.WalkDir("../testdata/script", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".txtar" {
			return err
		}
		for line := range strings.Lines(sourceText(t, path)) {
			if a := invocation(testApp(), line); a != nil && !aside.MatchString(line) {
				told[fullName(a)] = true
				known, _ := flagsGiven(a)
				for _, name := range known {
					told[name] = true
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range wantedStories(testApp()) {
		_, excused := untold[name]
		switch {
		case !told[name] && !excused:
			t.Errorf("no story tells of %s", name)
		case told[name] && excused:
			t.Errorf("a story does tell of %s", name)
		}
	}
}

// wantedStories are all commands, flags of commands, and global flags.
func wantedStories(app *cli.App) map[string]bool {
	wanted := map[string]bool{}
	for _, f := range app.Flags {
		wanted["--"+f.Names()[0]] = true
	}
	for name, c := range leaves(app) {
		wanted[name] = true
		for _, f := range c.Flags {
			wanted[name+" --"+f.Names()[0]] = true
		}
	}
	return wanted
}

package command

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPromises looks for the tests that the manual names.
func TestPromises(t *testing.T) {
	there := map[string]bool{}
	function := regexp.MustCompile(`(?m)^func (Test\w+)`)
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch name := filepath.Base(path); {
		case err != nil:
			return err
		case strings.HasSuffix(name, ".txtar"):
			there[strings.TrimSuffix(name, ".txtar")] = true
		case strings.HasSuffix(name, "_test.go"):
			text, err := os.ReadFile(path)
			for _, match := range function.FindAllSubmatch(text, -1) {
				there[string(match[1])] = true
			}
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, promise := range promises {
		for _, name := range promise.tests {
			if !there[name] {
				t.Errorf("%s: there is no test %s", promise.text, name)
			}
		}
	}
}

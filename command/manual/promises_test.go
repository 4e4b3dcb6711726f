package manual

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
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
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
	named := regexp.MustCompile("`(\\w+)`")
	for _, promise := range itemsOf(t, "PROMISES") {
		_, tests, _ := strings.Cut(promise.text, " Tests: ")
		names := named.FindAllStringSubmatch(tests, -1)
		if len(names) == 0 {
			t.Errorf("%s: no test is named", promise.about)
		}
		for _, name := range names {
			if !there[name[1]] {
				t.Errorf("%s: there is no test %s", promise.about, name[1])
			}
		}
	}
}

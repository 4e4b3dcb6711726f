package setup

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"popfetch/config"
	"popfetch/store/durable"
)

// rewrite replaces a configuration as init does.
func rewrite(t *testing.T, path, text string) error {
	t.Helper()
	file, err := config.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return replaceConfig(file, []byte(text))
}

// entries are the names in a folder.
func entries(t *testing.T, folder string) (names []string) {
	t.Helper()
	all, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

func wantFile(t *testing.T, path, want string, mode fs.FileMode) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil || string(text) != want {
		t.Errorf("%s has %q, %v; want %q", path, text, err, want)
	}
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode() != mode {
		t.Errorf("%s has mode %v, want %v", path, info.Mode(), mode)
	}
}

func TestReplaceConfig(t *testing.T) {
	home := t.TempDir()
	path := filepath.Join(home, "new", "folder", "config.yaml")
	if err := rewrite(t, path, "one"); err != nil {
		t.Fatal(err)
	}
	wantFile(t, path, "one", 0o600)
	if info, err := os.Stat(filepath.Dir(path)); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info, err)
	}
	if err := errors.Join(os.Chmod(path, 0o640), rewrite(t, path, "two")); err != nil {
		t.Fatal(err)
	}
	wantFile(t, path, "two", 0o640)
	if got := entries(t, filepath.Dir(path)); !slices.Equal(got, []string{"config.yaml"}) {
		t.Errorf("left behind: %q", got)
	}
}

// TestReplaceLinkedConfig has a link where the configuration is, as those have
// who keep all of them in one folder: to a file, and to one that isn't there.
func TestReplaceLinkedConfig(t *testing.T) {
	home := t.TempDir()
	target, link := filepath.Join(home, "dots", "popfetch.yaml"), filepath.Join(home, "config.yaml")
	if runtime.GOOS == "windows" {
		return // where not everybody may make links
	}
	if err := os.Symlink(filepath.Join("dots", "popfetch.yaml"), link); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"one", "two"} {
		if err := rewrite(t, link, text); err != nil {
			t.Fatal(err)
		}
		wantFile(t, target, text, 0o600)
		if to, err := os.Readlink(link); err != nil || to != filepath.Join("dots", "popfetch.yaml") {
			t.Errorf("the link: %q, %v", to, err)
		}
	}
	if err := errors.Join(os.Remove(target), os.Remove(link), os.Symlink("config.yaml", link)); err != nil {
		t.Fatal(err)
	}
	if err := replaceConfig(&config.File{Path: link}, nil); err == nil {
		t.Error("a link to itself was replaced")
	}
}

// TestReplaceFails stops before each change to the file system. The old text
// stays or the new one is there, and nothing else.
func TestReplaceFails(t *testing.T) {
	full := errors.New("disk full")
	for stop := range 7 {
		path := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		n := 0
		durable.TestOnlyHook = func(_ durable.Op, do func() error) error {
			if n++; n-1 == stop {
				return full
			}
			return do()
		}
		err := rewrite(t, path, "new")
		durable.TestOnlyHook = nil
		text, readErr := os.ReadFile(path)
		switch {
		case readErr != nil:
			t.Fatal(readErr)
		case err == nil && stop < 6, err != nil && stop == 6:
			t.Errorf("stopped at %d: %v", stop, err)
		case err == nil && string(text) != "new", string(text) != "new" && string(text) != "old":
			t.Errorf("stopped at %d: the file has %q", stop, text)
		}
		if got := entries(t, filepath.Dir(path)); !slices.Equal(got, []string{"config.yaml"}) {
			t.Errorf("stopped at %d: left behind: %q", stop, got)
		}
	}
}

package config

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the expected problems in testdata/config")

const folder = "../testdata/config"

// loadText loads a text as a private file in a folder of its own.
func loadText(t *testing.T, text string) (*Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(path)
}

// copyPrivate copies a file of testdata/config into a folder, readable by its
// owner only, and returns its path.
func copyPrivate(t *testing.T, name, to string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(to, "config.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// problemsOf returns an error's lines without the folder of the file.
func problemsOf(t *testing.T, err error) string {
	t.Helper()
	var problems *Error
	if !errors.As(err, &problems) {
		t.Fatalf("got %v, want an *Error", err)
	}
	return (&Error{"config.yaml", problems.Problems}).Error() + "\n"
}

// TestProblems loads every file of testdata/config that has its expected
// problems beside it.
func TestProblems(t *testing.T) {
	t.Setenv("HOME", "/home/me")
	t.Setenv("USERPROFILE", `C:\Users\me`)
	t.Setenv("TEST_UNSET", "")
	files, err := filepath.Glob(folder + "/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		if name == "good" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			config, err := Load(copyPrivate(t, name+".yaml", t.TempDir()))
			if config != nil {
				t.Error("a configuration in spite of its problems")
			}
			got := problemsOf(t, err)
			if strings.Contains(got, "hunter2") {
				t.Errorf("a secret shows:\n%s", got)
			}
			expected := strings.TrimSuffix(file, ".yaml") + ".problems"
			if *update {
				if err := os.WriteFile(expected, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(expected)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// minimal is an account that lacks nothing.
const minimal = "accounts:\n  work:\n    server: pop.example.org\n    user: me\n    maildir: /mail\n"

func TestMinimal(t *testing.T) {
	t.Parallel()
	config, err := loadText(t, minimal)
	if err != nil {
		t.Fatal(err)
	}
	account, ok := config.Account("work")
	if !ok || account.Address() != "pop.example.org:995" {
		t.Errorf("got %v, %s", ok, account.Address())
	}
	if _, ok := config.Account("wrok"); ok || config.NearestName("wrok") != "work" || config.NearestName("home") != "" {
		t.Errorf("a mistyped name: %v, nearest %q and %q", ok, config.NearestName("wrok"), config.NearestName("home"))
	}
}

func TestMissingFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	_, err := Load(path)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
	if _, err := Load(filepath.Dir(path)); err == nil || !strings.Contains(err.Error(), filepath.Dir(path)) {
		t.Errorf("a folder: %v", err)
	}
}

func TestHugeFile(t *testing.T) {
	t.Parallel()
	comment := strings.Repeat("# a comment that is rather long\n", maxFile/32-8)
	if _, err := loadText(t, minimal+comment); err != nil {
		t.Errorf("a file just below the limit: %v", err)
	}
	if _, err := loadText(t, minimal+comment+comment); err == nil || !strings.Contains(err.Error(), "more than 4 MB") {
		t.Errorf("a file above the limit: %v", err)
	}
}

// TestAliasBombs loads files that grow without bounds when aliases are opened.
func TestAliasBombs(t *testing.T) {
	t.Parallel()
	var lists, merges strings.Builder
	lists.WriteString("accounts:\n  a0: &a0 [x]\n")
	merges.WriteString("accounts:\n  a0: &a0 {user: me}\n")
	for i := 1; i < 100; i++ {
		aliases := strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), ", ")
		fmt.Fprintf(&lists, "  a%d: &a%d [%s]\n", i, i, aliases)
		fmt.Fprintf(&merges, "  a%d: &a%d {<<: [%s]}\n", i, i, aliases)
	}
	for _, bomb := range []string{lists.String(), merges.String()} {
		_, err := loadText(t, bomb)
		if got := strings.Count(problemsOf(t, err), "\n"); got < 100 || got > 300 {
			t.Errorf("%d problems", got)
		}
	}
}

func TestLargeFleet(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("defaults: {user: me, tls: starttls, delete: 14d}\naccounts:\n")
	const fleet = 5000
	for i := range fleet {
		fmt.Fprintf(&text, "  a%d: {server: pop%d.example.org, maildir: /mail/%d}\n", i, i, i)
	}
	config, err := loadText(t, text.String())
	if err != nil || len(config.Accounts) != fleet {
		t.Fatalf("got %v", err)
	}
	for i, account := range config.Accounts {
		if account.Name != fmt.Sprintf("a%d", i) {
			t.Fatalf("account %d is %s: not in the order of the file", i, account.Name)
		}
	}
}

package command

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v2"

	"popfetch/command/manual"
	"popfetch/command/term"
	"popfetch/config"
)

func testApp() *cli.App {
	p := &program{UI: &term.UI{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}}
	return p.newApp()
}

// TestManLint holds the page against mandoc. It has no date, so that it is the
// same whenever it is printed.
func TestManLint(t *testing.T) {
	mandoc, err := exec.LookPath("mandoc")
	if err != nil {
		if os.Getenv("POPFETCH_INTEROP") == "required" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	cmd := exec.CommandContext(t.Context(), mandoc, "-Tlint", "-Wwarning")
	cmd.Stdin = strings.NewReader(manual.Page(testApp()))
	out, _ := cmd.Output() // the exit code also counts the date
	for line := range strings.Lines(string(out)) {
		if !strings.Contains(line, "missing date") {
			t.Error(line)
		}
	}
}

// readable undoes what roff wants of text, so that words can be looked for.
var readable = strings.NewReplacer(`\-`, "-", `\(aq`, "'", `\(dq`, `"`, `\(ti`, "~", `\e`, `\`, `\fB`, "`", `\fR`, "`", "...", "…").Replace

// TestManHasAll finds every command, flag, key and exit code in the page.
func TestManHasAll(t *testing.T) {
	page := readable(manual.Page(testApp()))
	demand := func(text string) {
		t.Helper()
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %s", text)
		}
	}
	for name, c := range leaves(testApp()) {
		demand(`.SS "` + strings.TrimSpace(name+" "+c.ArgsUsage) + `"`)
		for _, f := range c.Flags {
			demand("`--" + f.Names()[0] + "`")
		}
	}
	for _, d := range config.Descriptions {
		demand("\n`" + strings.Join(d.Keys, "`, `") + "`\n")
	}
	for _, code := range documentedCodes(t) {
		about := regexp.MustCompile(fmt.Sprintf("(?m)^\\.TP\n(?:`\\d+`, )?`%d`(?:, `\\d+`)?\n\\w", code))
		if !about.MatchString(page) {
			t.Errorf("the page doesn't say what exit code %d means", code)
		}
	}
}

// TestManIsOfNoMachine prints the page where the environment says where
// everything is.
func TestManIsOfNoMachine(t *testing.T) {
	before := manual.Page(testApp())
	const here = "/nowhere/else"
	for _, name := range documentedVariables(t) {
		t.Setenv(name, here)
	}
	var out bytes.Buffer
	if code := run(t.Context(), &term.UI{Out: &out, Err: &bytes.Buffer{}}, []string{"popfetch", "-c", here, "man"}); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	if diff := cmp.Diff(before, out.String()); diff != "" {
		t.Error(diff)
	}
}

// TestManHasTheEnvironment finds each variable that the program reads.
func TestManHasTheEnvironment(t *testing.T) {
	listed := documentedVariables(t)
	read := regexp.MustCompile(`(?:Getenv|LookupEnv)\("(\w+)"\)|EnvVars: \[\]string\{"(\w+)"\}|xdg\("(\w+)"|urlVariable = "(\w+)"`)
	found := 0
	for _, pattern := range []string{"*.go", "*/*.go", "../config/*.go", "../config/*/*.go", "../fetch/*.go", "../fetch/dial/*.go"} {
		sources, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range sources {
			if strings.HasSuffix(source, "_test.go") || strings.Contains(filepath.Base(filepath.Dir(source)), "test") {
				continue
			}
			for _, match := range read.FindAllStringSubmatch(sourceText(t, source), -1) {
				found++
				if name := strings.Join(match[1:], ""); !slices.Contains(listed, name) {
					t.Errorf("%s reads %s, which the manual doesn't tell", source, name)
				}
			}
		}
	}
	if found < 8 {
		t.Errorf("only %d places that read the environment", found)
	}
}

func sourceText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// documentedVariables are the variables that the manual says are read.
func documentedVariables(t *testing.T) (names []string) {
	t.Helper()
	_, section, _ := strings.Cut(sourceText(t, "manual/popfetch.1.txt"), "\n# ENVIRONMENT\n")
	section, _, _ = strings.Cut(section, "\n# ")
	for block := range strings.SplitSeq(section, "\n\n") {
		about, _, _ := strings.Cut(block, "\n: ")
		for _, match := range regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(about, -1) {
			names = append(names, match[1])
		}
	}
	return names
}

package command

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v2"

	"popfetch/command/term"
	"popfetch/config"
)

func testApp() *cli.App {
	p := &program{UI: &term.UI{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}}
	return p.app()
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
	cmd.Stdin = strings.NewReader(manual(testApp()))
	out, _ := cmd.Output() // the exit code also counts the date
	for line := range strings.Lines(string(out)) {
		if !strings.Contains(line, "missing date") {
			t.Error(line)
		}
	}
}

// TestManHasAll finds every command, flag, key, code and example in the page.
func TestManHasAll(t *testing.T) {
	page := manual(testApp())
	demand := func(line string) {
		t.Helper()
		if !strings.Contains(page, line) {
			t.Errorf("the page lacks %s", line)
		}
	}
	for name, c := range leaves(testApp()) {
		demand(`.SS "` + roffEscape(strings.TrimSpace(name+" "+c.ArgsUsage)) + `"`)
		for _, f := range c.Flags {
			demand(roffInline("`--" + f.Names()[0] + "`"))
		}
	}
	for _, d := range config.Descriptions {
		demand("\n" + roffInline("`"+strings.Join(d.Keys, "`, `")+"`") + "\n")
	}
	for _, m := range exitMeanings {
		demand("\n" + roffInline("`"+strings.Join(codeTexts(m.codes), "`, `")+"`") + "\n" + roffInline(m.text) + "\n")
	}
}

// TestManIsOfNoMachine prints the page where the environment says where
// everything is.
func TestManIsOfNoMachine(t *testing.T) {
	before := manual(testApp())
	const here = "/nowhere/else"
	for _, v := range environment {
		for _, name := range v.names {
			t.Setenv(name, here)
		}
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
	var listed []string
	for _, v := range environment {
		listed = append(listed, v.names...)
	}
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

// TestReadmeIsTheManual finds in the README the manual's exit codes, and links to
// the files by which something else starts popfetch.
func TestReadmeIsTheManual(t *testing.T) {
	readme := sourceText(t, "../README.md")
	var table strings.Builder
	table.WriteString("| exit code | means |\n| --- | --- |\n")
	for _, m := range exitMeanings {
		table.WriteString("| " + strings.Join(codeTexts(m.codes), ", ") + " | " + m.text + " |\n")
	}
	if !strings.Contains(readme, table.String()+"\n") {
		t.Errorf("the README lacks this table:\n%s", table.String())
	}
	for _, timer := range timers {
		if !strings.Contains(readme, "(packaging/"+timer.file+")") {
			t.Errorf("the README has no link to packaging/%s", timer.file)
		}
	}
}

func TestRoff(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", "text", "text\n"},
		{"what is typed", "give `--quiet`, not `-q`", `give \fB\-\-quiet\fR, not \fB\-q\fR` + "\n"},
		{"a request", ".SH it is", `\&.SH it is` + "\n"},
		{"a quote first", "'tis", `\(aqtis` + "\n"},
		{"a dot in bold", "`.x`", `\fB.x\fR` + "\n"},
		{"odd characters", "a\\b-c…`~^", "a\\eb\\-c...\\(ga\\(ti\\(ha\n"},
		{"as it stands", "so:\n  a  b\n  .c\nend", "so:\n.RS 4\n.nf\na  b\n\\&.c\n.fi\n.RE\nend\n"},
		{"two paragraphs", "a\n\nb", "a\n.PP\nb\n"},
	}
	for _, test := range tests {
		r := &roff{titled: true}
		r.text(test.text)
		if diff := cmp.Diff(test.want, r.String()); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

package manual

import (
	"os"
	"strings"
	"testing"
)

// An item is one of a list in the source: what it is about, and its text.
type item struct{ about, text string }

// itemsOf returns the items of a section of the source.
func itemsOf(t *testing.T, section string) (items []item) {
	t.Helper()
	inside := false
	for block := range sourceBlocks() {
		if title, isTitle := strings.CutPrefix(block, "# "); isTitle {
			inside = title == section
		}
		if about, text, isItem := strings.Cut(block, "\n: "); isItem && inside {
			items = append(items, item{about, unwrapBlock(text)})
		}
	}
	if len(items) == 0 {
		t.Fatalf("there is nothing under %s", section)
	}
	return items
}

// insertionsOf returns the arguments of what is put in by a name.
func insertionsOf(name string) (arguments []string) {
	for block := range sourceBlocks() {
		if argument, isOne := strings.CutPrefix(block, "{{"+name+" "); isOne {
			arguments = append(arguments, strings.TrimSuffix(argument, "}}"))
		}
	}
	return arguments
}

// TestReadmeIsTheManual finds in the README the manual's exit codes, and links to
// the files by which something else starts popfetch.
func TestReadmeIsTheManual(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := strings.ReplaceAll(string(text), "\r\n", "\n")
	var table strings.Builder
	table.WriteString("| exit code | means |\n| --- | --- |\n")
	for _, code := range itemsOf(t, "EXIT STATUS") {
		table.WriteString("| " + strings.ReplaceAll(code.about, "`", "") + " | " + code.text + " |\n")
	}
	if !strings.Contains(readme, table.String()+"\n") {
		t.Errorf("the README lacks this table:\n%s", table.String())
	}
	files := insertionsOf("file")
	if len(files) < 7 {
		t.Errorf("the manual has only the files %q", files)
	}
	for _, file := range files {
		if !strings.Contains(readme, "(packaging/"+file+")") {
			t.Errorf("the README has no link to packaging/%s", file)
		}
	}
}

func TestUnwrapBlock(t *testing.T) {
	tests := []struct{ block, want string }{
		{"one", "one"},
		{"one\ntwo\nthree", "one two three"},
		{"so:\n  a\n   b\nend\nof it", "so:\n  a\n   b\nend of it"},
		{"  a\n  b", "  a\n  b"},
	}
	for _, test := range tests {
		if got := unwrapBlock(test.block); got != test.want {
			t.Errorf("%q: got %q, want %q", test.block, got, test.want)
		}
	}
}

package command

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-runewidth"

	"popfetch/command/term"
)

func TestCell(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"short", "Postcards", "Postcards"},
		{"as long as there is room", "0123456789", "0123456789"},
		{"longer", "0123456789a", "012345678…"},
		{"wide characters", "来週の打ち合わせ", "来週の打…"},
		{"folded", "two\r\n\tlines", "two lines"},
		{"harmful", "\x1b[31m", `\x1b[31m`},
		{"no text", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := cellText(&test.text, 10); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if got := cellText(nil, 10); got != "" {
		t.Errorf("no header: got %q", got)
	}
}

func TestListTable(t *testing.T) {
	ann, date, long := "Ann", "2026-11-23T06:36:00+01:00", strings.Repeat("打", 30)
	var out bytes.Buffer
	p := &program{UI: &term.UI{Out: &out}}
	rows := func(yield func(listed, error) bool) {
		_ = yield(listed{Number: 9, UID: "a", Size: 5, From: &ann, State: "new"}, nil) &&
			yield(listed{Number: 10, UID: "b", Size: -1, Date: &date, Subject: &long, State: "fetched"}, nil)
	}
	if err := p.listTable(rows, false); err != nil {
		t.Fatal(err)
	}
	want := "NUMBER  STATE    SIZE  UID\n" +
		"     9  new       5 B  a\n" +
		"    10  fetched     ?  b\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	out.Reset()
	if err := p.listTable(rows, true); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	if !strings.HasSuffix(lines[1], "  "+strings.Repeat(" ", 60)+"  a") || !strings.HasSuffix(lines[2], long+"  b") {
		t.Errorf("something is cut, or the UIDs aren't in one column:\n%s", out.String())
	}
}

// TestLongListTable has the heading once, however many pieces there are.
func TestLongListTable(t *testing.T) {
	var out bytes.Buffer
	p := &program{UI: &term.UI{Out: &out}}
	const rows = 1000
	err := p.listTable(func(yield func(listed, error) bool) {
		for i := range rows {
			if !yield(listed{Number: i + 1, UID: fmt.Sprint("uid-", i+1)}, nil) {
				return
			}
		}
	}, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "\n"); got != rows+1 {
		t.Errorf("%d lines", got)
	}
	if got := strings.Count(out.String(), "NUMBER"); got != 1 {
		t.Errorf("%d headings", got)
	}
	for i := range rows {
		if !strings.Contains(out.String(), fmt.Sprintf("uid-%d\n", i+1)) {
			t.Fatalf("uid-%d is missing", i+1)
		}
	}
}

// TestTableOnATerminal fits what it shows to terminals of all widths: each message is
// one line, and its UID is cut only where there is room for little else.
func TestTableOnATerminal(t *testing.T) {
	from, date := "Ann Other <ann.other@mail.example.org>", "2026-11-23T06:36:00+01:00"
	subjects := []string{
		"Postcards", strings.Repeat("打ち合わせ ", 40), strings.Repeat("e\u0301", 300), strings.Repeat("👩\u200d👧 ", 90), "\x1b[2J\u202e", "",
	}
	var rows []listed
	for i, subject := range subjects {
		rows = append(rows, listed{
			Number: i + 1, UID: fmt.Sprintf("%016x", i), Size: 1 << (6 * i), Date: &date, From: &from, Subject: &subject, State: "new",
		})
	}
	for columns := 1; columns < 250; columns++ {
		f := newFit(rows, columns)
		table := term.Table{Right: []bool{true, false, true}, Rows: [][]string{headingCells(true, f)}}
		for _, r := range rows {
			table.Rows = append(table.Rows, r.tableCells(true, f))
		}
		var out strings.Builder
		if err := table.WriteRows(&out); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		const least, whole = 6 + leastSubject + leastUID + 2*len(term.Gap), 6 + leastSubject + 16 + 2*len(term.Gap)
		for i, line := range lines {
			if got := runewidth.StringWidth(line); got >= columns && columns > least {
				t.Errorf("%d columns: %q has %d", columns, line, got)
			}
			if i > 0 && !strings.HasSuffix(line, rows[i-1].UID) && columns > whole {
				t.Errorf("%d columns: %q doesn't end with the UID", columns, line)
			}
		}
		if columns == 200 && !strings.Contains(lines[2], strings.TrimSpace(strings.Repeat("打ち合わせ ", 8))) {
			t.Errorf("there would be room for more: %q", lines[2])
		}
	}
}

package match

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The values of each kind of evidence.
var (
	uids     = []uidEvidence{uidSame, uidGap, uidOther}
	sizes    = []sizeEvidence{sizeSame, sizeUntold, sizeDiffers}
	headers  = []headerEvidence{headerUnread, headerIdentifies, headerVague, headerOther, headerFields, headerNone}
	contents = []contentEvidence{contentUnread, contentSame, contentNoted, contentOther, contentCut}
)

// everyEvidence is each combination that there may be.
func everyEvidence() (all []evidence) {
	for _, uid := range uids {
		for _, size := range sizes {
			for _, header := range headers {
				for _, content := range contents {
					all = append(all, evidence{uid, size, header, content})
				}
			}
		}
	}
	return all
}

// TestTableHasNoDeadRow has evidence for each row that no row before it covers, and
// a row for each evidence.
func TestTableHasNoDeadRow(t *testing.T) {
	reached := make([]bool, len(table))
	for _, e := range everyEvidence() {
		covered := false
		for i, row := range table {
			if row.isMetBy(e) {
				reached[i], covered = true, true
				if weighEvidence(e) != row.finding {
					t.Errorf("%+v is weighed as %+v, and the first row that fits is %+v", e, weighEvidence(e), row)
				}
				break
			}
		}
		if !covered {
			t.Errorf("no row covers %+v", e)
		}
	}
	for i, row := range table {
		if !reached[i] {
			t.Errorf("row %d is never reached: %+v", i+1, row)
		}
	}
}

// TestTableDeletesOnProof lets only that be deleted whose bytes lie in the mailbox.
func TestTableDeletesOnProof(t *testing.T) {
	for _, e := range everyEvidence() {
		isProof := e.content == contentSame ||
			e.uid == uidSame && e.size == sizeSame && e.header == headerIdentifies && e.content == contentUnread ||
			e.uid == uidSame && e.content == contentNoted
		f := weighEvidence(e)
		if (f.deletable == yes) != isProof {
			t.Errorf("%+v: deletable is %q", e, f.deletable)
		}
		if f.deletable == yes && f.known != yes {
			t.Errorf("%+v: deletable, and not known", e)
		}
	}
}

// TestTableAsksForMore asks only for what isn't known yet, so that every question
// has an end.
func TestTableAsksForMore(t *testing.T) {
	for _, e := range everyEvidence() {
		f := weighEvidence(e)
		for _, a := range []answer{f.known, f.deletable} {
			if a == askHeader && e.header != headerUnread || a == askContent && e.content != contentUnread {
				t.Errorf("%+v: %q", e, a)
			}
		}
		if f.known == no && f.deletable != no || f.known == askContent && f.deletable != askContent {
			t.Errorf("%+v: known %q, deletable %q", e, f.known, f.deletable)
		}
	}
}

// TestTableIsMonotone never takes a message for known on less than on more.
func TestTableIsMonotone(t *testing.T) {
	rank := func(e evidence) int {
		switch f := weighEvidence(e); {
		case f.deletable == yes:
			return 3
		case f.known == yes:
			return 2
		case f.known == no:
			return 0
		}
		return 1
	}
	for _, e := range everyEvidence() {
		for i, uid := range uids[1:] {
			if less := (evidence{uid, e.size, e.header, e.content}); e.uid == uids[i] && rank(less) > rank(e) {
				t.Errorf("%+v tells more than %+v", less, e)
			}
		}
		for i, size := range sizes[1:] {
			if less := (evidence{e.uid, size, e.header, e.content}); e.size == sizes[i] && rank(less) > rank(e) {
				t.Errorf("%+v tells more than %+v", less, e)
			}
		}
	}
}

// tableText is the table as the package comment has it.
func tableText() (lines []string) {
	word := func(text string) string {
		if text == "" {
			return "any"
		}
		return text
	}
	line := func(uid, size, header, content, known, deletable string) {
		lines = append(lines, strings.TrimRight(fmt.Sprintf("//\t%-6s %-8s %-12s %-8s %-12s %s", uid, size, header, content, known, deletable), " "))
	}
	line("UID", "size", "header", "content", "known?", "deletable?")
	for _, row := range table {
		line(word(string(row.uid)), word(string(row.size)), word(string(row.header)), word(string(row.content)),
			string(row.known), string(row.deletable))
	}
	return lines
}

// TestTableIsInTheComment has the table of the code in the package comment, line by
// line and nothing else that is set as it is.
func TestTableIsInTheComment(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "//\t") {
			got = append(got, strings.TrimRight(line, "\r\n"))
		}
	}
	if diff := cmp.Diff(tableText(), got); diff != "" {
		t.Errorf("the table, - of the code, + of the comment:\n%s", diff)
	}
}

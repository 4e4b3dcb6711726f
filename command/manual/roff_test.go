package manual

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
		r.writeText(test.text)
		if diff := cmp.Diff(test.want, r.String()); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

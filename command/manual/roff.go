package manual

import (
	"fmt"
	"regexp"
	"strings"
)

// A roff is a manual page in the macros of man(7). Its methods take text in
// which what is typed stands between backticks.
type roff struct {
	strings.Builder
	titled bool // nothing stands below the title yet
}

// writeSection begins a section, and writePart a part of one.
func (r *roff) writeSection(title string) { r.writeTitle("SH", title) }

func (r *roff) writePart(title string) { r.writeTitle("SS", title) }

func (r *roff) writeTitle(macro, title string) {
	fmt.Fprintf(r, ".%s \"%s\"\n", macro, roffEscape(title))
	r.titled = true
}

// writeText writes paragraphs. Lines that are indented by two spaces are shown as
// they stand.
func (r *roff) writeText(text string) {
	verbatim := false
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if !r.titled {
			r.WriteString(".PP\n")
		}
		r.titled = false
		for line := range strings.SplitSeq(paragraph, "\n") {
			shown, isVerbatim := strings.CutPrefix(line, "  ")
			r.setVerbatim(&verbatim, isVerbatim)
			if isVerbatim {
				r.writeLine(roffEscape(shown))
			} else {
				r.writeLine(roffInline(line))
			}
		}
		r.setVerbatim(&verbatim, false)
	}
}

// setVerbatim begins or ends lines that are shown as they stand.
func (r *roff) setVerbatim(now *bool, wanted bool) {
	switch {
	case wanted && !*now:
		r.WriteString(".RS 4\n.nf\n")
	case !wanted && *now:
		r.WriteString(".fi\n.RE\n")
	}
	*now = wanted
}

// writeItem writes one item of a list: what it is about, and the text.
func (r *roff) writeItem(tag, text string) {
	r.titled = false
	r.WriteString(".TP\n")
	r.writeLine(roffInline(tag))
	r.writeLine(roffInline(text))
}

// writeLine writes a line of text, which no roff must take for a request.
func (r *roff) writeLine(escaped string) {
	if strings.HasPrefix(escaped, ".") || strings.HasPrefix(escaped, "'") {
		escaped = `\&` + escaped
	}
	r.WriteString(escaped + "\n")
}

// roffEscape lets text be shown as it is: "-" is one that can be copied to a
// command line, and so is "'". The others are characters that not every roff
// reads in UTF-8.
var roffEscape = strings.NewReplacer(
	`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`, "…", "...", `"`, `\(dq`,
).Replace

var typed = regexp.MustCompile("`([^`]*)`")

// roffInline escapes text, and shows what is typed in bold.
func roffInline(text string) string {
	var b strings.Builder
	end := 0
	for _, at := range typed.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(roffEscape(text[end:at[0]]) + `\fB` + roffEscape(text[at[2]:at[3]]) + `\fR`)
		end = at[1]
	}
	return b.String() + roffEscape(text[end:])
}

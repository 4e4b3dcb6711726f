package command

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

// escape is what erases the bars: so many lines up, and all below.
var escape = regexp.MustCompile("\x1b\\[(\\d+)A\r\x1b\\[J")

func TestProgress(t *testing.T) {
	var terminal bytes.Buffer
	p := &program{ui: &ui{out: &terminal, err: &terminal}}
	stop := p.showProgress("always")
	work := p.progress.add("work")
	p.result("before anything is planned")
	work.Planned.Store(4)
	work.Done.Add(1)
	work.Bytes.Add(2000)
	p.result("a line above the bar")
	p.progress.remove(work)
	p.result("a line after it")
	stop()
	p.result("the end")

	got := terminal.String()
	for _, want := range []string{
		"before anything is planned\n", "a line above the bar\nwork 1 / 4 [", "25.00% 2.0 KB", "a line after it\n", "the end\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q isn't in %q", want, got)
		}
	}
	if !strings.HasSuffix(escape.ReplaceAllString(got, ""), "a line after it\nthe end\n") {
		t.Errorf("something is left of the bars: %q", got)
	}
}

func TestNoProgress(t *testing.T) {
	var terminal bytes.Buffer
	for _, test := range []struct {
		when         string
		quiet, trace bool
	}{{when: "never"}, {when: "auto"}, {when: "auto", trace: true}, {when: "always", quiet: true}} {
		p := &program{ui: &ui{out: &terminal, err: &terminal, quiet: test.quiet}, trace: test.trace}
		stop := p.showProgress(test.when)
		if work := p.progress.add("work"); work != nil {
			t.Errorf("%+v draws", test)
		}
		p.progress.remove(nil)
		stop()
	}
	if terminal.Len() > 0 {
		t.Errorf("printed %q", terminal.String())
	}
}

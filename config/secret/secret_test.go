package secret

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// canary is the secret that must never be seen.
const canary = "hunter2-canary"

// Things that hold a Secret in the ways code does.
type (
	shown  struct{ Password Secret }
	hidden struct{ password Secret }
	nested struct {
		Shown  *shown
		hidden *hidden
		List   []Secret
		Map    map[string]Secret
	}
)

func holders() map[string]any {
	s := New(canary)
	return map[string]any{
		"value":               s,
		"pointer":             &s,
		"exported field":      shown{s},
		"unexported field":    hidden{s},
		"pointer to exported": &shown{s},
		"pointer to hidden":   &hidden{s},
		"slice":               []Secret{s},
		"slice of pointers":   []*Secret{&s},
		"map":                 map[string]Secret{"k": s},
		"map of hidden":       map[string]hidden{"k": {s}},
		"array of hidden":     [1]hidden{{s}},
		"interface":           []any{s, hidden{s}},
		"nested":              nested{&shown{s}, &hidden{s}, []Secret{s}, map[string]Secret{"k": s}},
		"error":               fmt.Errorf("login with %v %s %v: %w", s, s, hidden{s}, errors.New("refused")),
	}
}

func TestNoVerbShows(t *testing.T) {
	t.Parallel()
	verbs := []string{"%v", "%+v", "%#v", "%s", "%q", "%+q", "%#q", "%x", "%X", "% x", "%d", "%b", "%o", "%c", "%U", "%e", "%t", "%p", "%T", "%20s", "%-20.3s", "%z"}
	hex := fmt.Sprintf("%x", canary)
	for name, holder := range holders() {
		for _, verb := range verbs {
			check := func(got string) {
				t.Helper()
				if strings.Contains(got, canary) || strings.Contains(strings.ToLower(got), hex) || strings.Contains(got, canary[:3]) {
					t.Errorf("%s by %s shows the secret: %s", name, verb, got)
				}
			}
			check(fmt.Sprintf(verb, holder))
			check(fmt.Sprint(holder))
			check(fmt.Sprintln(holder))
		}
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	s := New(canary)
	var logged bytes.Buffer
	slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})).Info("login", "password", s, "in", shown{s})
	marshal := func(to func(any) ([]byte, error), v any) string {
		text, err := to(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	var page strings.Builder
	if err := template.Must(template.New("").Parse("{{.}} {{.Reveal | len}}")).Execute(&page, s); err != nil {
		t.Fatal(err)
	}
	got := []string{
		fmt.Sprintf("%v %+v %#v %s %q %x %d", s, s, s, s, s, s, s),
		fmt.Sprintf("%v", &s),
		fmt.Sprintf("%+v", shown{s}),
		fmt.Sprintf("%v %v", []Secret{s}, map[string]Secret{"k": s}),
		s.String(),
		marshal(json.Marshal, shown{s}),
		marshal(json.Marshal, map[string]*Secret{"k": &s}),
		marshal(xml.Marshal, s),
		marshal(func(any) ([]byte, error) { return s.MarshalText() }, nil),
		logged.String(),
		page.String(),
		fmt.Sprint(Secret{}),
	}
	want := []string{
		"*** *** *** *** *** *** ***",
		"***",
		"{Password:***}",
		"[***] map[k:***]",
		"***",
		`{"Password":"***"}`,
		`{"k":"***"}`,
		"<Secret>***</Secret>",
		"***",
		"level=INFO msg=login password=*** in={Password:***}\n",
		"*** 14",
		"***",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEncodersThatKnowNothingOfText(t *testing.T) {
	t.Parallel()
	var buffer bytes.Buffer
	_ = gob.NewEncoder(&buffer).Encode(shown{New(canary)})
	if bytes.Contains(buffer.Bytes(), []byte(canary)) {
		t.Error("gob shows the secret")
	}
	diff := cmp.Diff(shown{New(canary)}, shown{New("other")})
	if diff == "" || strings.Contains(diff, canary) {
		t.Errorf("go-cmp doesn't see the difference, or shows it:\n%s", diff)
	}
}

func TestSecretIsAValue(t *testing.T) {
	t.Parallel()
	a, b, none := New("a"), New("a"), Secret{}
	if a.Reveal() != "a" || none.Reveal() != "" {
		t.Error("Reveal gives another text than New got")
	}
	if a.IsZero() || !none.IsZero() || !New("").IsZero() {
		t.Error("IsZero is wrong")
	}
	if !a.Equal(b) || a.Equal(New("c")) || a.Equal(none) || !none.Equal(Secret{}) {
		t.Error("Equal is wrong")
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"plain", canary, ""},
		{"spaces, tab and UTF-8 are the person's own", " pass\tword ü ", ""},
		{"empty", "", "the password is empty"},
		{"LF inside", canary + "\nx", "the password contains a line end"},
		{"LF at the end", canary + "\n", "the password contains a line end"},
		{"CR", canary + "\rx", "the password contains a line end"},
		{"NUL", canary + "\x00", "the password contains a NUL byte"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := Parse(test.text)
			if test.want == "" {
				if err != nil || got.Reveal() != test.text {
					t.Errorf("got %q, %v", got.Reveal(), err)
				}
				return
			}
			if err == nil || err.Error() != test.want || !got.IsZero() {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

package line

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestArgument(t *testing.T) {
	tests := []struct {
		usage string
		want  []string // for each place
	}{
		{"", []string{""}},
		{"ACCOUNT", []string{"ACCOUNT", ""}},
		{"[ACCOUNT…]", []string{"ACCOUNT", "ACCOUNT", "ACCOUNT"}},
		{"ACCOUNT UID…", []string{"ACCOUNT", "UID", "UID"}},
		{"ACCOUNT [UID…]", []string{"ACCOUNT", "UID", "UID"}},
		{"a|b [FILE]", []string{"a|b", "FILE", ""}},
	}
	for _, test := range tests {
		var got []string
		for place := range test.want {
			got = append(got, argumentKind(test.usage, place))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", test.usage, diff)
		}
	}
}

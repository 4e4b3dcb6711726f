package command

import (
	"runtime/debug"
	"testing"
)

func TestCommitOf(t *testing.T) {
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "4f1c"}
	at := debug.BuildSetting{Key: "vcs.time", Value: "2026-11-28T05:36:00Z"}
	tests := []struct {
		name string
		info *debug.BuildInfo
		want string
	}{
		{"nothing known", nil, "unknown"},
		{"an archive", &debug.BuildInfo{}, "unknown"},
		{"a commit", &debug.BuildInfo{Settings: []debug.BuildSetting{revision, at, {Key: "vcs.modified", Value: "false"}}}, "4f1c of 2026-11-28T05:36:00Z"},
		{"a change", &debug.BuildInfo{Settings: []debug.BuildSetting{revision, {Key: "vcs.modified", Value: "true"}}}, "4f1c, changed since"},
	}
	for _, test := range tests {
		if got := commitOf(test.info); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

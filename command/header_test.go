package command

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadHeader(t *testing.T) {
	text := func(s string) *string { return &s }
	tests := []struct {
		name, header string
		want         listed
	}{
		{"nothing", "", listed{}},
		{
			"all of it",
			"From: Ann <ann@example.org>\r\nSubject: one\r\nDate: Mon, 23 Nov 2026 06:36:00 +0100\r\nMessage-ID: <1@example.org>\r\n\r\n",
			listed{
				From: text("Ann <ann@example.org>"), Subject: text("one"),
				Date: text("2026-11-23T06:36:00+01:00"), MessageID: text("1@example.org"),
			},
		},
		{
			"encoded words",
			"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= =?iso-2022-jp?b?GyRCTWg9NRsoQg==?=\r\nFrom: =?koi8-r?q?=F7=C5=D2=C1?= <v@example.org>\r\n\r\n",
			listed{Subject: text("Grüße来週"), From: text("Вера <v@example.org>")},
		},
		{"folded", "Subject: one\r\n\ttwo\r\n\r\n", listed{Subject: text("one two")}},
		{"empty", "Subject:\r\n\r\n", listed{Subject: text("")}},
		{"a charset that nobody knows", "Subject: =?x-none?q?abc?=\r\n\r\n", listed{Subject: text("=?x-none?q?abc?=")}},
		{"bad date and Message-ID", "Date: tomorrow\r\nMessage-ID: none\r\nSubject: x\r\n\r\n", listed{Subject: text("x")}},
		{"no header at all", "Just text.\r\n\r\nMore.\r\n", listed{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got listed
			got.readHeader(strings.NewReader(test.header))
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(listed{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestLongHeader is listed without its fields, and not held in memory.
func TestLongHeader(t *testing.T) {
	var got listed
	got.readHeader(strings.NewReader(strings.Repeat("X-Long: "+strings.Repeat("x", 1000)+"\r\n", 1000)))
	if diff := cmp.Diff(listed{}, got); diff != "" {
		t.Error(diff)
	}
}

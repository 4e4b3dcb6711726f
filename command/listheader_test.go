package command

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-runewidth"

	"popfetch/command/term"
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

// FuzzHeader lists a message with any header and UID. A table shows nothing
// that a terminal doesn't bear, in columns that aren't too wide, and JSON says
// the same as the fields.
func FuzzHeader(f *testing.F) {
	f.Add("From: Ann <ann@example.org>\r\nSubject: one\r\nDate: Mon, 23 Nov 2026 06:36:00 +0100\r\nMessage-ID: <1@example.org>\r\n\r\n", "uid")
	f.Add("Subject: =?utf-8?q?=1B[2J=E2=80=AE?= =?iso-2022-jp?b?GyRCTWg9NRsoQg==?=\nFrom: =?utf-7?q?+AGw-?=\n\n", "\x1b\xff\u202e")
	f.Add("Subject: one\r\n\ttwo\r\nDate: 1 Jan 0000 00:00 -9999\r\nMessage-ID: <\x1b@\x7f>\r\n\r\n", "\r\n")
	f.Add("Date: Fri, 31 Dec 9999 23:59:59 -2359\r\nSubject: \xf0\x9f\x91\xa9\u200d\U000e0001\r\n\r\n", "")
	f.Fuzz(func(t *testing.T, header, uid string) {
		r := listed{UID: uid, State: "new"}
		r.readHeader(strings.NewReader(header))
		cells := r.tableCells(true, usualFit)
		for i, width := range map[int]int{4: usualFit.from, 5: usualFit.subject} {
			if runewidth.StringWidth(cells[i]) > width {
				t.Errorf("%q is wider than %d", cells[i], width)
			}
		}
		line := encodeJSON(r)
		if shown := strings.Join(append(cells, line), ""); strings.ContainsFunc(shown, term.IsHarmful) {
			t.Errorf("not fit to be shown: %q", shown)
		}
		var again listed
		if err := json.Unmarshal([]byte(line), &again); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		for _, text := range []*string{&r.UID, r.Date, r.From, r.Subject, r.MessageID} {
			if text != nil {
				*text = string([]rune(*text)) // JSON has only what is a character
			}
		}
		if diff := cmp.Diff(r, again); diff != "" {
			t.Errorf("%s: %s", line, diff)
		}
	})
}

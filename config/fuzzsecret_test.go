package config

import (
	"fmt"
	"strings"
	"testing"
)

// FuzzSecret lets a person write anything before and behind a secret, in the
// line where it belongs. Something else in the file is always wrong, and no
// problem shows the secret.
func FuzzSecret(f *testing.F) {
	for i, around := range [][2]string{
		{"", ""},
		{`"`, `"`},
		{"'", ""},
		{"*", ""},
		{"&", " *x"},
		{"!", " x"},
		{"!<", ">"},
		{"@", ""},
		{"|", ""},
		{"x: ", ""},
		{"{x: ", "}"},
		{"{", ": x}"},
		{"[", ", x]"},
		{"socks5://me:", "@host:1"},
		{"http://me:", "@host%zz"},
		{`"\q`, `"`},
		{"%", ""},
		{"x\xff", "\x00"},
		{"x # ", ""},
	} {
		f.Add(around[0], around[1], uint8(i))
		f.Add(around[0], around[1], uint8(i+1))
	}
	const canary = "hunter2-canary"
	lines := []struct{ start, end string }{
		{"password: ", ""},
		{"proxy: ", ""},
		{"oauth:\n      provider: google\n      client_id: x\n      client_secret: ", ""},
		{"oauth: {provider: google, client_id: x, client_secret: '", "'}"},
	}
	f.Fuzz(func(t *testing.T, before, after string, which uint8) {
		// On another line, a word is no secret any more.
		if strings.ContainsAny(before+after, "\n\r\u0085\u2028\u2029") {
			return
		}
		line := lines[int(which)%len(lines)]
		if line.end != "" && strings.Contains(before+after, "'") {
			return
		}
		text := "accounts:\n  work:\n    " + line.start + before + canary + after + line.end + "\n    colour: blue\n"
		d := &decoder{path: "config.yaml", folder: "/etc"}
		d.readDocument([]byte(text), which%2 == 0)
		if len(d.problems) == 0 {
			t.Errorf("%q has no problem", text)
		}
		err := &Error{"config.yaml", d.problems}
		if shown := fmt.Sprintf("%v %+v %#v", err, err, d.problems); strings.Contains(shown, canary) {
			t.Errorf("%q shows in\n%s", text, shown)
		}
	})
}

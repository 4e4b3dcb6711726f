package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzLoad holds Load to its promise: either problems, each of them with a
// text, or accounts that are complete.
func FuzzLoad(f *testing.F) {
	files, err := filepath.Glob("../testdata/config/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &decoder{path: "config.yaml", folder: "/etc"}
		accounts := d.document(data, false)
		for _, p := range d.problems {
			if p.Text == "" || strings.ContainsAny((&Error{"c", []Problem{p}}).Error(), "\r\n\x00\x1b") {
				t.Errorf("a problem that can't be shown: %+v", p)
			}
		}
		if len(d.problems) > 0 {
			return
		}
		for _, a := range accounts {
			if CheckName(a.Name) != nil || a.Host == "" || a.Port == 0 || a.User == "" {
				t.Errorf("an account that isn't complete: %+v", a)
			}
		}
	})
}

// FuzzFromURL holds FromURL to its promise: a valid name, and no password shown.
func FuzzFromURL(f *testing.F) {
	for _, seed := range []string{
		"pops://me@pop.example.org", "pop://me%40example.org@[::1]:1110/", "pop+plain://a@b@localhost:1",
		"pops://me:canary@host", "pops://.+2B%00@host:x", "imap://me@host/path?query#fragment",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		account, err := FromURL(raw)
		if err == nil && (CheckName(account.Name) != nil || account.Port == 0 || account.Host == "" || account.User == "") {
			t.Errorf("%q gives %+v", raw, account)
		}
		_, err = FromURL("pops://me:hunter2-canary" + raw + "@pop.example.org")
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("a password in the URL: %v", err)
		}
	})
}

package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
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
		accounts := d.readDocument(data, false)
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

// FuzzAdd holds AddAccount to its promise: the accounts that a file has stay what they
// are, and the new one is what the draft says. Or it's refused.
func FuzzAdd(f *testing.F) {
	files, err := filepath.Glob("../testdata/config/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, "you@example.com")
	}
	for _, seed := range []string{
		"", "---\n", "# mine", "accounts:\r\n a: " + old + "\r\n...\r\n", "accounts:\n  a:\n    <<: {user: me}\n    server: h\n    pipe: |+\n     x\n\n\n # end\ndefaults: {}",
		"defaults: &d\n  user: me\naccounts:\n    a: {<<: *d, server: h, mbox: /m}\n\n    # b\n    b: " + old + "\n# vim: x", "accounts: &a\n  <<: {b: " + old + "}\n  c: " + old,
		"accounts:\n  a:\n    server: h\n    user: \"x\n\n  # y\"\n    mbox: /m", "? accounts\n: a: " + old + "\n", "\ufeffaccounts:\n a: " + old,
	} {
		f.Add([]byte(seed), "null")
	}
	f.Fuzz(func(t *testing.T, data []byte, user string) {
		file := &File{Path: "c", text: data}
		before, err := file.Config()
		if err != nil {
			return
		}
		draft := Draft{"new", []Setting{{Key: "server", Value: "pop.example.com"}, {Key: "user", Value: user}, {Key: "mbox", Value: "/new"}}}
		text, added, err := file.AddAccount(draft)
		if err != nil {
			return
		}
		if added.User != user || added.Host != "pop.example.com" || added.Mailbox.Kind != MBox || added.Mailbox.Place != "/new" {
			t.Errorf("added %+v", added)
		}
		after, err := (&File{Path: "c", text: text}).Config()
		if err != nil {
			t.Fatalf("%v\n%q", err, text)
		}
		others := slices.DeleteFunc(after.Accounts, func(a Account) bool { return a.Name == "new" })
		if diff := cmp.Diff(before.Accounts, others, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("the others, - before, + after:\n%s\n%q", diff, text)
		}
	})
}

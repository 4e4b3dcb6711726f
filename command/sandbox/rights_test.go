package sandbox

import (
	"os"
	"path/filepath"
	"testing"
)

func TestMissing(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.MkdirAll(at("mail/work"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(at("mail/work"), at("link")); err != nil {
		t.Skip(err)
	}
	have := Rights{Read: []string{at("etc")}, Write: []string{at("mail")}, Ports: []int{995}}
	tests := []struct {
		name   string
		wanted Rights
		want   string
	}{
		{"the same", have, ""},
		{"less", Rights{Read: []string{at("etc/hosts")}, Ports: []int{995}}, ""},
		{"below", Rights{Write: []string{at("mail/home/new")}}, ""},
		{"through a link", Rights{Write: []string{at("link")}}, ""},
		{"read what may be written", Rights{Read: []string{at("mail/x")}}, ""},
		{"above", Rights{Write: []string{dir}}, "to write below " + dir},
		{"beside", Rights{Write: []string{at("mailbox")}}, "to write below " + at("mailbox")},
		{"write what may be read", Rights{Write: []string{at("etc")}}, "to write below " + at("etc")},
		{"a file", Rights{Read: []string{at("other")}}, "to read " + at("other")},
		{"a port", Rights{Ports: []int{110}}, "to connect to port 110"},
		{"another socket", Rights{Abstract: true}, "to connect to abstract sockets"},
	}
	for _, test := range tests {
		what, missing := have.Missing(test.wanted)
		if what != test.want || missing != (test.want != "") {
			t.Errorf("%s: %q, %v", test.name, what, missing)
		}
	}
}

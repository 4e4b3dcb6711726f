//go:build unix

package trusted

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestCheckEntries weighs entries as different users have them: alice is us.
func TestCheckEntries(t *testing.T) {
	const dir, file, link, sticky = fs.ModeDir, fs.FileMode(0), fs.ModeSymlink, fs.ModeSticky
	all := loginsOf(t, "")
	alice := &party{self: 1000, logins: func() *logins { return all }}
	root := &party{self: 0, logins: alice.logins}
	rootless := &party{self: 1000, isRootless: true, logins: alice.logins}
	contained := &party{self: 0, isContainer: true, logins: alice.logins}
	contained.isNFS = func(string) bool { return false }
	root.isNFS = func(path string) bool { return path == "it" }
	squashed := &party{self: 1000, isNFS: root.isNFS, logins: alice.logins}
	nameless := &party{self: 20123, isContainer: true, logins: alice.logins}
	app := &party{self: 10123, isAndroid: true, logins: func() *logins { return &logins{isWhole: true, firstUID: 1000} }}
	for _, p := range []*party{alice, root, rootless, contained, squashed, nameless, app} {
		p.hasNoModes = func(string) bool { return false }
	}
	tests := []struct {
		name  string
		p     *party
		rule  Rule
		mode  fs.FileMode
		owner int
		group int
		want  string // part of the error
	}{
		{"ours", alice, Obey, file | 0o600, 1000, 1000, ""},
		{"root's", alice, Obey, file | 0o644, 0, 0, ""},
		{"of our private group", alice, Obey, file | 0o664, 1000, 1000, ""},
		{"bob's", alice, Obey, file | 0o600, 1001, 1001, "belongs to bob, not to alice or root"},
		{"a system account's", alice, Keep, dir | 0o755, 5000, 5000, "belongs to vmail"},
		{"for everybody", alice, Keep, file | 0o666, 1000, 1000, "everybody can write"},
		{"a folder for everybody", alice, Keep, dir | 0o777, 0, 0, "everybody can write"},
		{"a sticky folder", alice, Keep, dir | sticky | 0o777, 0, 0, ""},
		{"a sticky file", alice, Keep, file | sticky | 0o666, 1000, 1000, "everybody can write"},
		{"bob's sticky folder", alice, Keep, dir | sticky | 0o777, 1001, 0, "belongs to bob"},
		{"a link of ours", alice, Keep, link | 0o777, 1000, 1000, ""},
		{"a link of bob's", alice, Keep, link | 0o777, 1001, 1001, "belongs to bob"},
		{"of a group with bob", alice, Keep, dir | 0o770, 1000, 2000, "the group editors can write it, and bob is in it"},
		{"var/mail", alice, Keep, dir | 0o775, 0, 8, ""},

		{"root and a person's folder", root, Keep, dir | 0o755, 1000, 1000, "root writes nothing for a person"},
		{"root and a system account's folder", root, Keep, dir | 0o755, 8, 8, ""},
		{"root and the folder of who has no shell", root, Keep, dir | 0o755, 5000, 5000, "belongs to vmail, and root writes nothing for a person (who may"},
		{"root and a folder of a user namespace", root, Keep, dir | 0o755, 165540, 165540, "belongs to the user 165540, and root"},
		{"root and a system account's configuration", root, Obey, file | 0o600, 8, 8, "belongs to mail, not to root"},
		{"root and a person's configuration", root, Obey, file | 0o600, 1000, 1000, "belongs to alice, not to root"},
		{"root and a system account's link", root, Keep, link | 0o777, 5000, 5000, "belongs to vmail"},
		{"root and a person's mbox", root, Keep, file | 0o660, 1000, 8, ""},

		{"root's file on NFS with root squash", root, Obey, file | 0o600, 65534, 65534, ""},
		{"root's folder on NFS with root squash", root, Keep, dir | 0o700, 65534, 65534, ""},
		{"nobody's file on NFS", squashed, Obey, file | 0o600, 65534, 65534, "belongs to"},

		{"a folder of the overflow user", rootless, Obey, dir | 0o755, 65534, 65534, ""},
		{"a file of the overflow user", rootless, Obey, file | 0o644, 65534, 65534, "belongs to"},
		{"a link of the overflow user", rootless, Obey, link | 0o777, 65534, 65534, "belongs to"},
		{"a folder of the overflow user that others can write", rootless, Keep, dir | 0o775, 65534, 65534, "belongs to"},
		{"a sticky folder of the overflow user", rootless, Keep, dir | sticky | 0o777, 65534, 65534, ""},
		{"a folder of ours and of a group outside", rootless, Keep, dir | 0o775, 1000, 65534, "no group outside the user namespace"},
		{"a folder of the overflow user, elsewhere", alice, Obey, dir | 0o755, 65534, 65534, "belongs to"},

		{"a user of the host", contained, Obey, file | 0o600, 20123, 20123, ""},
		{"a user of the container", contained, Obey, file | 0o600, 1000, 1000, "belongs to alice"},
		{"vmail in a container", contained, Keep, dir | 0o700, 5000, 5000, ""},
		{"a folder of the image, to a number of OpenShift", nameless, Obey, dir | 0o775, 1005, 0, ""},
		{"the system's folder on Android", app, Keep, dir | 0o771, 1000, 1000, ""},
		{"another app's folder on Android", app, Keep, dir | 0o771, 10124, 10124, "belongs to the user 10124"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.p.checkEntry(entry{path: "it", mode: test.mode, owner: test.owner, group: test.group, names: 1}, test.rule)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if trust, ok := errors.AsType[*Error](err); ok && trust.Hint() == "" {
				t.Errorf("%v: no way out", err)
			}
		})
	}
}

// TestAddedEntries weighs entries of a sticky folder, to which others may have given
// any name.
func TestAddedEntries(t *testing.T) {
	all := loginsOf(t, "")
	never := func(string) bool { return false }
	alice := &party{self: 1000, isNFS: never, hasNoModes: never, logins: func() *logins { return all }}
	root := &party{self: 0, isNFS: never, hasNoModes: never, logins: alice.logins}
	rootless := &party{self: 1000, isRootless: true, isNFS: never, hasNoModes: never, logins: alice.logins}
	contained := &party{self: 0, isContainer: true, isNFS: never, hasNoModes: never, logins: alice.logins}
	tests := []struct {
		name, path string
		p          *party
		mode       fs.FileMode
		owner      int
		want       string
	}{
		{"alice's mbox, to root", "/mail/alice", root, 0o600, 1000, ""},
		{"bob's mbox in her name", "/mail/alice", root, 0o600, 1001, "belongs to bob"},
		{"a mail folder of a system account", "/tmp/Mail", root, fs.ModeDir | 0o700, 8, "belongs to mail"},
		{"a file of a user namespace", "/tmp/root", root, 0o600, 165540, "belongs to the user 165540"},
		{"a file of a user namespace, to root in a container", "/tmp/root", contained, 0o600, 165540, "belongs to the user 165540"},
		{"her own", "/tmp/Mail", alice, fs.ModeDir | 0o700, 1000, ""},
		{"somebody's folder, in a user namespace", "/tmp/Mail", rootless, fs.ModeDir | 0o755, 65534, "belongs to"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := entry{path: test.path, mode: test.mode, owner: test.owner, group: test.owner, names: 1, added: true}
			err := test.p.checkEntry(e, Keep)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if trust, ok := errors.AsType[*Error](err); ok && strings.Contains(trust.Hint(), "chown") {
				t.Errorf("a hint to own what another may have put there: %s", trust.Hint())
			}
		})
	}
}

// TestMounts has a file of a mount that makes up its modes.
func TestMounts(t *testing.T) {
	all := loginsOf(t, "")
	for _, hasNoModes := range []bool{false, true} {
		p := &party{self: 1000, hasNoModes: func(path string) bool { return hasNoModes }, logins: func() *logins { return all }}
		err := p.checkEntry(entry{path: "it", mode: 0o777, owner: 0, names: 1}, Keep)
		if (err == nil) != hasNoModes {
			t.Errorf("with modes made up %v: %v", hasNoModes, err)
		}
	}
}

// TestResolve follows links as the system does.
func TestResolve(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{
		os.MkdirAll(at("a/b"), 0o700), os.WriteFile(at("a/b/file"), nil, 0o600),
		os.Symlink("a/b", at("near")), os.Symlink(at("a"), at("far")), os.Symlink("../../far/b/../b/file", at("a/b/back")),
		os.Symlink("round", at("round")), os.Symlink("gone/file", at("nowhere")), os.Symlink("/", at("top")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		"near/file": "a/b/file", "far/b/file": "a/b/file", "near/back": "a/b/file", "near/new": "a/b/new", "new/newer/file": "new/newer/file",
		"nowhere": "gone/file", "near": "a/b", "top" + at("near"): "a/b",
	} {
		if got, err := Resolve(dir+"/"+path, Keep); err != nil || got != at(want) {
			t.Errorf("%s: got %s, %v, want %s", path, got, err, at(want))
		}
	}
	if _, err := Resolve(at("round"), Keep); !errors.Is(err, syscall.ELOOP) {
		t.Errorf("a link to itself: %v", err)
	}
	if _, err := Resolve(at("a/b/file/x"), Keep); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("below a file: %v", err)
	}
}

// TestOpenKinds opens what is no file, which must not wait.
func TestOpenKinds(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, dir} {
		if f, err := Open(path, Obey); !errors.Is(err, ErrNotRegular) {
			t.Errorf("%s: %v, %v", path, f, err)
		}
	}
	f, err := Open(os.DevNull, Obey)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

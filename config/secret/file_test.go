//go:build unix

package secret

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// write makes a file with exactly this mode, whatever the umask.
func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func TestFile(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"a line", canary + "\n", canary},
		{"no line end", canary, canary},
		{"CRLF", "a\r\n", "a"},
		{"a byte order mark", "\ufeff" + canary + "\r\n", canary},
		{"one inside", "a\ufeff\n", "a\ufeff"},
		{"more lines", "a\nb\n", "a"},
		{"a long tail", "a\n" + strings.Repeat("x", 2*maxOutput), "a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "pw")
			write(t, path, test.text, 0o400)
			got, err := Source{File: path}.ReadPassword(t.Context(), nil)
			if err != nil || got.Reveal() != test.want {
				t.Errorf("got %q, %v", got.Reveal(), err)
			}
		})
	}
}

func TestFileFails(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	write(t, at("group"), canary+"\n", 0o640)
	write(t, at("all"), canary+"\n", 0o604)
	write(t, at("writable"), canary+"\n", 0o602)
	write(t, at("empty"), "", 0o600)
	write(t, at("line"), "\n"+canary, 0o600)
	write(t, at("long"), strings.Repeat("x", maxOutput+1), 0o600)
	write(t, at("little"), "\xff\xfea\x00\r\x00\n\x00", 0o600)
	write(t, at("big"), "\xfe\xff\x00a", 0o600)
	write(t, at("mark"), "\ufeff\r\n", 0o600)
	write(t, at("cr"), canary+"\rx\n", 0o600)
	if err := syscall.Mkfifo(at("fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	const first = "its first line must be the password"
	const other = "use password_command to read from anything else"
	const utf16, utf8 = "it is in UTF-16, as PowerShell writes it", "write it in UTF-8; in PowerShell with: Set-Content -Encoding utf8"
	tests := []struct{ name, want, hint string }{
		{"little", utf16, utf8},
		{"big", utf16, utf8},
		{"mark", "the password is empty", first},
		{"missing", "no such file or directory", ""},
		{"group", "others can read it (mode 0640)", "chmod 600 " + at("group")},
		{"all", "others can read it (mode 0604)", "chmod 600 " + at("all")},
		{"writable", "everybody can write " + at("writable"), "chmod o-w " + at("writable")},
		{"empty", "the password is empty", first},
		{"line", "the password is empty", first},
		{"long", "more than 64 KB", ""},
		{"cr", "the password contains a line end", first},
		{"fifo", "not a regular file", other},
		{".", "not a regular file", other},
	}
	for _, test := range tests {
		_, err := Source{File: at(test.name)}.ReadPassword(t.Context(), nil)
		if err == nil {
			t.Fatalf("%s: no error", test.name)
		}
		want := []string{"password_file " + at(test.name) + ": " + test.want, test.hint}
		if diff := cmp.Diff(want, []string{err.Error(), hintOf(err)}); diff != "" {
			t.Error(diff)
		}
	}
}

func TestSystemdCredential(t *testing.T) {
	folder := t.TempDir()
	inside, outside := filepath.Join(folder, "creds", "pw"), filepath.Join(folder, "pw")
	if err := os.Mkdir(filepath.Dir(inside), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, inside, canary, 0o640)
	write(t, outside, canary, 0o640)
	t.Setenv("CREDENTIALS_DIRECTORY", filepath.Dir(inside))
	if got, err := (Source{File: inside}).ReadPassword(t.Context(), nil); err != nil || got.Reveal() != canary {
		t.Errorf("a credential: %q, %v", got.Reveal(), err)
	}
	for _, path := range []string{outside, filepath.Dir(inside) + "/../pw"} {
		if _, err := (Source{File: path}).ReadPassword(t.Context(), nil); err == nil {
			t.Errorf("%s isn't a credential", path)
		}
	}
	t.Setenv("CREDENTIALS_DIRECTORY", "")
	if _, err := (Source{File: inside}).ReadPassword(t.Context(), nil); err == nil {
		t.Error("without systemd it's a file like any other")
	}
}

package packaging_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"popfetch/command/sandbox"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/packaging"
)

const systemUnit = "systemd/system/popfetch@.service"

// need skips a test that lacks something, or fails it where all is to be there.
func need(t *testing.T, err error) {
	t.Helper()
	switch {
	case err == nil:
	case os.Getenv("POPFETCH_INTEROP") == "required":
		t.Fatal(err)
	default:
		t.Skip(err)
	}
}

func unitText(t *testing.T, path string) string {
	t.Helper()
	text, err := packaging.Files.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestSystemUnitIsHardened asks systemd how exposed the unit is, from 0 to 10.
func TestSystemUnitIsHardened(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	need(t, err)
	const most = "30" // in tenths
	path := filepath.Join(t.TempDir(), "popfetch@joe.service")
	if err := os.WriteFile(path, []byte(unitText(t, systemUnit)), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), analyze, "security", "--offline=yes", "--no-pager", "--threshold="+most, path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestUnitsAreVerified lets systemd read all units.
func TestUnitsAreVerified(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	need(t, err)
	paths, err := fs.Glob(packaging.Files, "systemd/*/*")
	if err != nil || len(paths) < 5 {
		t.Fatalf("%d units (%v)", len(paths), err)
	}
	dir := t.TempDir()
	program := regexp.MustCompile(`/usr/(local/)?bin/popfetch`)
	for _, path := range paths {
		name := strings.Replace(filepath.Base(path), "@.", "@joe.", 1)
		text := program.ReplaceAllString(unitText(t, path), os.Args[0]) // which has to be there
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), analyze, "verify", "--man=no", "--"+filepath.Base(filepath.Dir(path)), filepath.Join(dir, name))
		cmd.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+dir)
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", path, err, out)
		}
	}
}

// joe is a user of the test alone.
const joe = 61234

// TestSystemUnitDoesItsWork boots systemd in namespaces of its own, which starts the
// unit for joe, with nothing changed but where the program lies.
func TestSystemUnitDoesItsWork(t *testing.T) {
	if testing.Short() {
		t.Skip("it boots systemd")
	}
	if os.Getuid() != 0 {
		need(t, errors.New("only root starts systemd"))
	}
	_, err := os.Stat("/lib/systemd/systemd")
	need(t, err)
	if out, err := exec.CommandContext(t.Context(), "unshare", "--mount", "--pid", "--fork", "--cgroup", "mount", "--make-rprivate", "/").CombinedOutput(); err != nil {
		t.Skipf("NOT RUN: this machine lets nobody have namespaces: %v\n%s", err, out)
	}
	dir := newMachine(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	boot := exec.CommandContext(ctx, "unshare", "--pid", "--fork", "--kill-child", "--mount", "--uts", "--ipc", "--cgroup", "--mount-proc",
		"sh", "boot_linux_test.sh", dir, "popfetch@joe.service")
	log, err := boot.CombinedOutput()
	said, _ := os.ReadFile(filepath.Join(dir, "said"))
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, log, said)
	}
	mail, err := filepath.Glob(filepath.Join(dir, "home/joe/Maildir/new/*"))
	if err != nil || len(mail) != len(pop3d.Sample()) {
		t.Fatalf("there are %d messages (%v)\n%s\n%s", len(mail), err, log, said)
	}
	ledger := filepath.Join(dir, "lib/popfetch/joe/work.ledger")
	for _, path := range append(mail, ledger) {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if owner := info.Sys().(*syscall.Stat_t).Uid; owner != joe || info.Mode().Perm() != 0o600 {
			t.Errorf("%s belongs to %d, %v", path, owner, info.Mode())
		}
	}
	want := []string{"home of joe: Maildir", "no key", "no shadow", "no root", "no writing", "no mount"}
	if sandbox.ABI() > 0 {
		want = append(want, "work: sandbox      yes, by Landlock ")
	}
	for _, text := range want {
		if !strings.Contains(string(said), text) {
			t.Errorf("it didn't say %q:\n%s", text, said)
		}
	}
}

// more is what the test adds to the unit: what shows how little can be done there,
// and that systemd ends.
const more = `
[Unit]
SuccessAction=exit-force
FailureAction=exit-force
[Service]
StandardOutput=append:%[1]s
StandardError=append:%[1]s
ExecStart=/opt/popfetch --config=/etc/popfetch/joe.yaml --state-dir=/var/lib/popfetch/joe check
ExecStartPost=/bin/sh -c 'echo home of joe: $(ls -A /home/joe)'
ExecStartPost=/bin/sh -c 'cat /home/joe/.ssh/id || echo no key'
ExecStartPost=/bin/sh -c 'cat /etc/shadow || echo no shadow'
ExecStartPost=/bin/sh -c 'ls /root/* || echo no root'
ExecStartPost=/bin/sh -c 'touch /etc/x /usr/x /var/x /home/joe/x || echo no writing'
ExecStartPost=/bin/sh -c 'unshare --user --mount true || echo no mount'
`

// newMachine writes the files of a machine that has joe, whose mail a server has.
func newMachine(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	certificate, authority, err := pop3d.Certificate("localhost", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	server := &pop3d.Server{TLS: &tls.Config{Certificates: []tls.Certificate{certificate}}, Implicit: true}
	server.SetUser("joe", "secret", pop3d.NewMaildrop(pop3d.Sample()...))
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	unit := strings.Replace(unitText(t, systemUnit), "/usr/bin/popfetch", "/opt/popfetch", 1)
	config := "accounts:\n  work: {server: '" + server.Addr() + "', tls_ca_file: /etc/popfetch/ca.pem, user: joe, " +
		"password_file: $CREDENTIALS_DIRECTORY/password, maildir: /home/joe/Maildir}\n"
	files := map[string]string{
		"passwd":                              fmt.Sprintf("joe:x:%[1]d:%[1]d::/home/joe:/bin/sh\n", joe),
		"etc/popfetch/joe.yaml":               config,
		"etc/popfetch/joe.password":           "secret\n",
		"etc/popfetch/ca.pem":                 string(authority),
		"home/joe/.ssh/id":                    "key",
		"units/popfetch@.service":             unit,
		"units/popfetch@.service.d/test.conf": fmt.Sprintf(more, filepath.Join(dir, "said")),
		"lib/empty":                           "",
		"home/joe/Maildir/empty":              "",
	}
	for _, target := range []string{"sysinit", "basic", "shutdown", "network-online", "nss-lookup"} {
		files["units/"+target+".target"] = "[Unit]\nDefaultDependencies=no\n"
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o644)
		if strings.HasSuffix(name, ".password") {
			mode = 0o600
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chown(filepath.Join(dir, "home/joe/Maildir"), joe, joe); err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", filepath.Join(dir, "opt", "popfetch"), "popfetch")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir
}

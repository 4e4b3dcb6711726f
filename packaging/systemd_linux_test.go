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

// A machine is what systemd starts a unit on, in namespaces of its own.
type machine struct {
	*testing.T
	dir      string
	password string // the name of the credential
	config   string // a path on the machine
	mailbox  string
}

// TestSystemUnitDoesItsWork lets systemd start the unit for joe, with nothing changed
// but where the program lies.
func TestSystemUnitDoesItsWork(t *testing.T) {
	m := newMachine(t, machine{password: "password", config: "/etc/popfetch/joe.yaml", mailbox: "/home/joe/Maildir"})
	said := m.run("popfetch@joe.service", unitText(t, systemUnit), `
ExecStart=/opt/popfetch --config=/etc/popfetch/joe.yaml --state-dir=/var/lib/popfetch/joe check
ExecStartPost=/bin/sh -c 'echo home of joe: $(ls -A /home/joe)'
ExecStartPost=/bin/sh -c 'cat /home/joe/.ssh/id || echo no key'
ExecStartPost=/bin/sh -c 'cat /etc/shadow || echo no shadow'
ExecStartPost=/bin/sh -c 'ls /root/* || echo no root'
ExecStartPost=/bin/sh -c 'touch /etc/x /usr/x /var/x /home/joe/x || echo no writing'
ExecStartPost=/bin/sh -c 'unshare --user --mount true || echo no mount'
`)
	m.fetched("lib/popfetch/joe", said)
	want := []string{"home of joe: Maildir", "no key", "no shadow", "no root", "no writing", "no mount"}
	if sandbox.ABI() > 0 {
		want = append(want, "work: sandbox      yes, by Landlock ")
	}
	for _, text := range want {
		if !strings.Contains(said, text) {
			t.Errorf("it didn't say %q:\n%s", text, said)
		}
	}
}

// TestUserUnitsDoTheirWork lets systemd start the units of a user, as the system's,
// since there is no manager of a user's: what they restrict is the same.
func TestUserUnitsDoTheirWork(t *testing.T) {
	for unit, more := range map[string]string{
		"popfetch.service": "",
		// It says that it is ready, syncs, takes a reload, and ends when it is told to.
		"popfetchd.service": "ExecStartPost=/bin/sh -c 'until ls /home/joe/Mail/new/* 2>/dev/null; do sleep 0.1; done; " +
			"kill -HUP $MAINPID; sleep 0.5; kill -TERM $MAINPID'\n",
	} {
		t.Run(unit, func(t *testing.T) {
			m := newMachine(t, machine{password: "work", config: "/home/joe/.config/popfetch/config.yaml", mailbox: "/home/joe/Mail"})
			said := m.run(unit, unitText(t, "systemd/user/"+unit),
				"User=joe\nLoadCredential=\nLoadCredential=work:/etc/popfetch/joe.password\n"+more)
			m.fetched("home/joe/.local/state/popfetch", said)
			if strings.Contains(said, "popfetch: ") {
				t.Errorf("it complained:\n%s", said)
			}
		})
	}
}

// run boots systemd, which runs the unit with more lines for its service, until it
// has ended. It returns what the service said.
func (m *machine) run(unit, text, more string) (said string) {
	m.Helper()
	path := filepath.Join(m.dir, "said")
	name, _, isInstance := strings.Cut(unit, "@")
	if isInstance {
		name += "@.service"
	}
	m.write("units/"+name, regexp.MustCompile(`/usr/(local/)?bin/popfetch`).ReplaceAllString(text, "/opt/popfetch"))
	m.write("units/"+name+".d/test.conf", "[Unit]\nSuccessAction=exit-force\nSuccessActionExitStatus=0\nFailureAction=exit-force\n"+
		"[Service]\nStandardOutput=append:"+path+"\nStandardError=append:"+path+"\n"+more)
	for _, target := range []string{"sysinit", "basic", "shutdown", "network-online", "nss-lookup"} {
		m.write("units/"+target+".target", "[Unit]\nDefaultDependencies=no\n")
	}
	ctx, cancel := context.WithTimeout(m.Context(), time.Minute)
	defer cancel()
	boot := exec.CommandContext(ctx, "unshare", "--pid", "--fork", "--kill-child", "--mount", "--uts", "--ipc", "--cgroup", "--mount-proc",
		"sh", "boot_linux_test.sh", m.dir, unit)
	log, err := boot.CombinedOutput()
	output, _ := os.ReadFile(path)
	if err != nil {
		m.Fatalf("%v\n%s\n%s", err, log, output)
	}
	return string(output)
}

// fetched demands all mail in the mailbox, and the ledger in the state folder, as
// joe's own.
func (m *machine) fetched(state, said string) {
	m.Helper()
	mail, err := filepath.Glob(filepath.Join(m.dir, m.mailbox, "new/*"))
	if err != nil || len(mail) != len(pop3d.Sample()) {
		m.Fatalf("there are %d messages (%v)\n%s", len(mail), err, said)
	}
	for _, path := range append(mail, filepath.Join(m.dir, state, "work.ledger")) {
		info, err := os.Stat(path)
		if err != nil {
			m.Fatalf("%v\n%s", err, said)
		}
		if owner := info.Sys().(*syscall.Stat_t).Uid; owner != joe || info.Mode().Perm() != 0o600 {
			m.Errorf("%s belongs to %d, %v", path, owner, info.Mode())
		}
	}
}

// newMachine writes the files of a machine that has joe, whose mail a server has.
func newMachine(t *testing.T, m machine) *machine {
	t.Helper()
	needSystemd(t)
	m.T, m.dir = t, t.TempDir()
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
	for name, text := range map[string]string{
		"passwd":              fmt.Sprintf("joe:x:%[1]d:%[1]d::/home/joe:/bin/sh\n", joe),
		"etc/popfetch/ca.pem": string(authority),
		"lib/empty":           "",
		"home/joe/.ssh/id":    "key",
		m.mailbox + "/empty":  "",
		m.config: "accounts:\n  work: {server: '" + server.Addr() + "', tls_ca_file: /etc/popfetch/ca.pem, user: joe, " +
			"password_file: $CREDENTIALS_DIRECTORY/" + m.password + ", maildir: " + m.mailbox + "}\n",
	} {
		m.write(name, text)
	}
	m.write("etc/popfetch/joe.password", "secret\n")
	if err := os.Chmod(filepath.Join(m.dir, "etc/popfetch/joe.password"), 0o600); err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(filepath.Join(m.dir, "home/joe"), func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Chown(path, joe, joe))
	})
	if err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", filepath.Join(m.dir, "opt", "popfetch"), "popfetch")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return &m
}

func (m *machine) write(name, text string) {
	m.Helper()
	path := filepath.Join(m.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		m.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		m.Fatal(err)
	}
}

// needSystemd skips a test where systemd can't be started.
func needSystemd(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("it boots systemd")
	}
	if os.Getuid() != 0 {
		need(t, errors.New("only root starts systemd"))
	}
	_, err := os.Stat("/lib/systemd/systemd")
	need(t, err)
	try := exec.CommandContext(t.Context(), "unshare", "--mount", "--pid", "--fork", "--cgroup", "mount", "--make-rprivate", "/")
	if out, err := try.CombinedOutput(); err != nil {
		t.Skipf("NOT RUN: this machine lets nobody have namespaces: %v\n%s", err, out)
	}
}

package command_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"popfetch/fetch/pop3/pop3d"
)

// The users of these tests: .ci/run makes them.
const aliceName, malloryName = "popfetch-alice", "popfetch-mallory"

// A stage is a machine with real users: root, alice, whose mail it is, and mallory,
// who lays traps for her. Its shells and programs have its folder as the current
// one, and these variables: ALICE and MALLORY, the users, SERVER.
type stage struct {
	testing.TB
	program string
	dir     string
	server  string
}

// newStage needs to be root, and the users.
func newStage(t *testing.T) *stage {
	t.Helper()
	for _, name := range []string{aliceName, malloryName} {
		_, err := user.Lookup(name)
		if err == nil && os.Getuid() != 0 {
			err = errors.New("only root can act as others")
		}
		switch {
		case err != nil && os.Getenv("POPFETCH_INTEROP") == "required":
			t.Fatalf("POPFETCH_INTEROP=required: %v", err)
		case err != nil:
			t.Skip(err)
		}
	}
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "popfetch")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	server := &pop3d.Server{}
	server.SetUser("me", "secret", pop3d.NewMaildrop(pop3d.Sample()...))
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return &stage{t, program, dir, server.Addr()}
}

// scene is a new folder of the stage for one test, in which alice has a home with a
// configuration: one account, with the keys that are given, in which DIR stands for
// that folder.
func (s *stage) scene(t *testing.T, keys string) *stage {
	t.Helper()
	dir := t.TempDir()
	keys = strings.ReplaceAll(keys, "DIR", dir)
	if !strings.Contains(keys, "password_") {
		keys += ", password_env: PASSWORD"
	}
	if !strings.Contains(keys, "tls") {
		keys += ", tls: none"
	}
	scene := &stage{t, s.program, dir, s.server}
	for path := dir; path != filepath.Dir(s.dir) && path != os.TempDir(); path = filepath.Dir(path) {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	scene.as("root", `
		mkdir -m 1777 sticky
		mkdir -m 755 alice mallory && chown $ALICE: alice && chown $MALLORY: mallory`)
	scene.as(aliceName, `mkdir -m 700 alice/.config && cat >alice/.config/config.yaml <<END
accounts:
  work: {server: '`+s.server+`', user: me, `+keys+`}
END
		echo precious >alice/precious`)
	return scene
}

// command is a shell as a user, with the groups that the user has.
func (s *stage) command(name, script string) *exec.Cmd {
	cmd := exec.CommandContext(s.Context(), "/bin/sh", "-eu", "-c", script)
	cmd.Dir = s.dir
	cmd.Env = []string{
		"PATH=" + filepath.Dir(s.program) + ":/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + filepath.Join(s.dir, "alice"),
		"ALICE=" + aliceName, "MALLORY=" + malloryName, "PASSWORD=secret",
		"POPFETCH_CONFIG=alice/.config/config.yaml", "POPFETCH_STATE_DIR=alice/state",
	}
	if name == "root" {
		return cmd
	}
	who, err := user.Lookup(name)
	if err != nil {
		s.Fatal(err)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: idOf(s, who.Uid), Gid: idOf(s, who.Gid)}}
	return cmd
}

func idOf(t testing.TB, text string) uint32 {
	t.Helper()
	id, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(id)
}

// as runs a script that has to succeed.
func (s *stage) as(name, script string) {
	s.Helper()
	if out, err := s.command(name, script).CombinedOutput(); err != nil {
		s.Fatalf("as %s: %s: %v\n%s", name, script, err, out)
	}
}

// exits runs a script, and demands its exit code and what it says.
func (s *stage) exits(name, script string, code int, says ...string) {
	s.Helper()
	out, err := s.command(name, script).CombinedOutput()
	if exitCode(err) != code {
		s.Errorf("as %s: %s: %v, not %d\n%s", name, script, err, code, out)
	}
	for _, text := range says {
		if text = strings.NewReplacer("ALICE", aliceName, "MALLORY", malloryName, "DIR", s.dir).Replace(text); !strings.Contains(string(out), text) {
			s.Errorf("as %s: %s: doesn't say %q\n%s", name, script, text, out)
		}
	}
}

// rootlessSync is alice's sync in a user namespace that has no number for root. The folder
// of all temporary files is sticky; there, what is root's could be anybody's, so the scene
// lies in another one.
var rootlessSync = strings.ReplaceAll(`cp "$(command -v popfetch)" popfetch && unshare -m sh -ec '
	mount --bind "$PWD" /mnt; mount -t tmpfs -o mode=0755 none TEMP; mkdir -p "$PWD"; mount --move /mnt "$PWD"; cd "$PWD"
	exec setpriv --reuid popfetch-alice --regid popfetch-alice --clear-groups unshare --user --map-user=$(id -u $ALICE) --map-group=$(id -g $ALICE) ./popfetch sync'`,
	"TEMP", os.TempDir())

// TestStrangers lays the traps of another user. In none of them does alice, or root,
// lose, show or do anything.
func TestStrangers(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	tests := []struct {
		name, keys string
		prepare    string // root's
		mistake    string // alice's, behind it
		trap       string // mallory's, in the end
		run, as    string
		code       int
		says       string
	}{
		{
			name: "an mbox that is a link to another file of alice", keys: "mbox: DIR/sticky/inbox",
			trap: `ln -s ../alice/precious sticky/inbox`,
			run:  "popfetch sync", as: aliceName, code: 73, says: "the link DIR/sticky/inbox belongs to MALLORY",
		},
		{
			name: "an mbox made beforehand to read the mail", keys: "mbox: DIR/sticky/inbox",
			trap: `: >sticky/inbox; chmod 666 sticky/inbox`,
			run:  "popfetch sync", as: aliceName, code: 73, says: "DIR/sticky/inbox belongs to MALLORY, not to ALICE or root",
		},
		{
			name: "an mbox that everybody can write", keys: "mbox: DIR/alice/inbox",
			mistake: `touch alice/inbox && chmod 666 alice/inbox`,
			run:     "popfetch sync", as: aliceName, code: 73, says: "everybody can write DIR/alice/inbox",
		},
		{
			name: "a Maildir in a folder of mallory's", keys: "maildir: DIR/mallory/Mail",
			trap: `mkdir -m 777 mallory/Mail`,
			run:  "popfetch sync", as: aliceName, code: 73, says: "DIR/mallory belongs to MALLORY",
		},
		{
			name: "a Maildir that is a link", keys: "maildir: DIR/sticky/Mail",
			trap: `ln -s ../alice/.config sticky/Mail`,
			run:  "popfetch sync", as: aliceName, code: 73, says: "the link DIR/sticky/Mail belongs to MALLORY",
		},
		{
			name: "a Maildir below a folder for all", keys: "maildir: DIR/alice/open/Mail",
			mistake: `mkdir -p alice/open/Mail && chmod 777 alice/open`,
			trap:    `mv alice/open/Mail alice/open/hers && mkdir alice/open/Mail`,
			run:     "popfetch sync", as: aliceName, code: 73, says: "everybody can write DIR/alice/open",
		},
		{
			name: "a Maildir for all", keys: "maildir: DIR/alice/Mail",
			mistake: `mkdir alice/Mail && chmod 1777 alice/Mail`,
			run:     "popfetch sync", as: aliceName, code: 73, says: "others can add files to DIR/alice/Mail",
		},
		{
			name: "a configuration of mallory's", keys: "maildir: DIR/alice/Mail",
			trap: `printf 'accounts:\n  work: {server: x, user: x, maildir: /m, password_command: "touch %s/alice/obeyed"}\n' "$PWD" >mallory/c.yaml`,
			run:  "popfetch -c mallory/c.yaml check", as: "root", code: 78, says: "DIR/mallory belongs to MALLORY, not to root",
		},
		{
			name: "a configuration that mallory can write", keys: "maildir: DIR/alice/Mail",
			mistake: `chmod 711 alice/.config && chmod 666 alice/.config/config.yaml`,
			trap:    `echo '# mine' >>alice/.config/config.yaml`,
			run:     "popfetch sync", as: aliceName, code: 78, says: "everybody can write DIR/alice/.config/config.yaml",
		},
		{
			name: "a configuration that is a link in a sticky folder", keys: "maildir: DIR/alice/Mail",
			trap: `ln -s ../alice/.config/config.yaml sticky/c.yaml`,
			run:  "popfetch -c sticky/c.yaml sync", as: aliceName, code: 78, says: "the link DIR/sticky/c.yaml belongs to MALLORY",
		},
		{
			name: "a state folder with a lock that is a link", keys: "maildir: DIR/alice/Mail",
			mistake: `mkdir alice/state && chmod 777 alice/state`,
			trap:    `ln -s "$PWD/alice/precious" alice/state/work.lock`,
			run:     "popfetch sync", as: aliceName, code: 73, says: "everybody can write DIR/alice/state",
		},
		{
			name: "a state folder that is sticky", keys: "maildir: DIR/alice/Mail",
			trap: `ln -s "$PWD/alice/precious" sticky/work.lock`,
			run:  "popfetch --state-dir sticky sync", as: aliceName, code: 73, says: "others can add files to DIR/sticky",
		},
		{
			name: "a password of mallory's", keys: "maildir: DIR/alice/Mail, password_file: DIR/sticky/password",
			trap: `echo secret >sticky/password; chmod 644 sticky/password`,
			run:  "popfetch sync", as: aliceName, code: 78, says: "DIR/sticky/password belongs to MALLORY",
		},
		{
			name: "an authority of mallory's", keys: "maildir: DIR/alice/Mail, tls: starttls, tls_ca_file: DIR/sticky/ca.pem",
			trap: `: >sticky/ca.pem`,
			run:  "popfetch sync", as: aliceName, code: 78, says: "DIR/sticky/ca.pem belongs to MALLORY",
		},
		{
			name: "a key that others can read", keys: "maildir: DIR/alice/Mail, tls: starttls, tls_client_cert: DIR/alice/cert.pem, tls_client_key: DIR/alice/key.pem",
			mistake: `: >alice/cert.pem; : >alice/key.pem; chmod 644 alice/key.pem`,
			run:     "popfetch sync", as: aliceName, code: 78, says: "tls_client_key DIR/alice/key.pem: others can read it (mode 0644)",
		},
		{
			name: "a Maildir of a group that mallory is in", keys: "maildir: DIR/alice/Mail",
			prepare: `mkdir -m 770 alice/Mail && chown $ALICE:$MALLORY alice/Mail`,
			run:     "popfetch sync", as: aliceName, code: 73, says: "the group MALLORY can write DIR/alice/Mail, and MALLORY is in it",
		},
		{
			name: "root in alice's home", keys: "maildir: DIR/alice/Mail",
			mistake: `mkdir alice/Mail && ln -s ../precious alice/Mail/new`,
			run:     "popfetch --state-dir rootstate -c root.yaml sync", as: "root", code: 73, says: "DIR/alice belongs to ALICE, and root writes nothing for a person",
		},
		{
			name: "root and a folder of a user namespace of mallory's", keys: "maildir: DIR/sticky/Mail",
			prepare: `mkdir -m 755 sticky/Mail && chown 165540:165540 sticky/Mail`,
			run:     "popfetch --state-dir rootstate -c root.yaml sync", as: "root", code: 73, says: "DIR/sticky/Mail belongs to the user 165540",
		},
		{
			name: "mallory's folder that looks like root's in a user namespace", keys: "maildir: DIR/sticky/Mail",
			trap: `mkdir -m 777 sticky/Mail`,
			run:  rootlessSync, as: "root", code: 73, says: "DIR/sticky/Mail belongs to nobody",
		},
		{
			name: "a configuration in a folder of the group root that mallory is in", keys: "maildir: DIR/alice/Mail",
			prepare: "mkdir -m 2775 shared && cp alice/.config/config.yaml shared/c.yaml && chown $ALICE shared/c.yaml",
			run: `cp /etc/group group && sed -i "s/^root:.*/root:x:0:$MALLORY/" group &&
				unshare -m sh -ec 'mount --bind group /etc/group; exec setpriv --reuid popfetch-alice --regid popfetch-alice --clear-groups popfetch -c shared/c.yaml sync'`,
			as: "root", code: 78, says: "the group root can write DIR/shared, and MALLORY is in it",
		},
		{
			name: "root in a folder of mallory's who hides behind a number sign", keys: "maildir: DIR/mallory/Mail",
			run: `cp /etc/passwd passwd && sed -i "s/^\($MALLORY:[^:]*:[^:]*:[^:]*:\)[^:]*/\1Apt #5/" passwd &&
				unshare -m sh -ec 'mount --bind passwd /etc/passwd; exec popfetch --state-dir rootstate -c root.yaml sync'`,
			as: "root", code: 73, says: "DIR/mallory belongs to MALLORY, and root writes nothing for a person",
		},
		{
			name: "root and an mbox in alice's name", keys: "mbox: DIR/sticky/popfetch-alice",
			trap: `: >sticky/popfetch-alice; chmod 666 sticky/popfetch-alice`,
			run:  "popfetch --state-dir rootstate -c root.yaml sync", as: "root", code: 73, says: "DIR/sticky/popfetch-alice belongs to MALLORY",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := s.scene(t, test.keys)
			s.as("root", test.prepare+"\ncp alice/.config/config.yaml root.yaml")
			s.as(aliceName, test.mistake)
			s.as(malloryName, test.trap)
			s.exits(test.as, test.run, test.code, test.says, "popfetch: hint: ")
			s.exits("root", "cat alice/precious", 0, "precious")
			s.as("root", `test ! -e alice/obeyed; test ! -s sticky/inbox || cmp sticky/inbox alice/precious; test "$(cat alice/precious)" = precious`)
		})
	}
}

// TestNeighbours has what people really have, and what must stay usable.
func TestNeighbours(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("TestStrangers has users of its own, too")
	}
	s := newStage(t)
	const sync = "popfetch sync"
	tests := []struct {
		name, keys string
		prepare    string // root's
		run        string
		as         string
	}{
		{
			"var/mail of the group mail", "mbox: DIR/mail/me",
			`mkdir mail && chown root:mail mail && chmod 2775 mail && touch mail/me && chown $ALICE:mail mail/me && chmod 660 mail/me`, sync, aliceName,
		},
		{
			"a check of var/mail of the group mail", "mbox: DIR/mail/me",
			`mkdir mail && chown root:mail mail && chmod 2775 mail && touch mail/me && chown $ALICE:mail mail/me && chmod 660 mail/me`,
			"popfetch check && " + sync, aliceName,
		},
		{"var/mail for all", "mbox: DIR/mail/me", `mkdir mail && chown root:mail mail && chmod 3777 mail`, sync, aliceName},
		{
			"a private group", "maildir: DIR/alice/Mail",
			`chmod -R g+w alice && mkdir -m 775 alice/Mail alice/Mail/new alice/Mail/cur && chown -R $ALICE: alice`, "umask 002; " + sync, aliceName,
		},
		{"a home that is a link", "maildir: DIR/alice/Mail", `mv alice data && ln -s data alice`, sync, aliceName},
		{
			"an empty volume of Kubernetes", "maildir: DIR/volume/Mail",
			`mkdir volume`,
			`unshare -m sh -ec 'mount -t tmpfs -o mode=0777 none volume; export KUBERNETES_SERVICE_HOST=10.0.0.1
				exec setpriv --reuid popfetch-alice --regid popfetch-alice --clear-groups popfetch --state-dir volume/state sync'`, "root",
		},
		{
			"a volume with an fsGroup", "maildir: DIR/volume/Mail",
			`mkdir -p volume/Mail volume/state && chown -R root:20123 volume && chmod -R 2775 volume`,
			`setpriv --reuid popfetch-alice --regid popfetch-alice --groups 20123 popfetch --state-dir volume/state sync`, "root",
		},
		{
			"a folder of the host in a container", "maildir: DIR/host/Mail",
			`mkdir -m 700 host && chown 20124 host && cp alice/.config/config.yaml c.yaml`,
			`container=docker popfetch -c c.yaml --state-dir host/state sync`, "root",
		},
		{
			"a configuration of the host in a container", "maildir: DIR/Mail",
			`cp alice/.config/config.yaml c.yaml && chown 20124 c.yaml`,
			`container=docker popfetch -c c.yaml --state-dir state sync`, "root",
		},
		{
			"a container that runs as the user of a folder", "maildir: DIR/host/Mail",
			`mkdir -m 700 host && chown 20124 host && cp alice/.config/config.yaml c.yaml`,
			`container=docker setpriv --reuid 20124 --regid 20124 --clear-groups popfetch -c c.yaml --state-dir host/state sync`, "root",
		},
		{
			"a container that runs as a number nobody knows", "maildir: DIR/home/Mail",
			`mkdir -m 770 home && chown 20125:0 home && cp alice/.config/config.yaml home/c.yaml`,
			`container=oci setpriv --reuid 20124 --regid 0 --clear-groups popfetch -c home/c.yaml --state-dir home/state sync`, "root",
		},
		{
			"a credential of systemd", "maildir: DIR/alice/Mail, password_file: DIR/credentials/work",
			`mkdir -m 550 credentials && echo secret >credentials/work && chmod 440 credentials/work && chown -R root:$ALICE credentials`,
			`CREDENTIALS_DIRECTORY="$PWD/credentials" popfetch sync`, aliceName,
		},
		{
			"root for a system account", "maildir: DIR/vmail/Mail",
			`mkdir -m 700 vmail && chown mail vmail && cp alice/.config/config.yaml c.yaml`,
			`popfetch -c c.yaml --state-dir state sync`, "root",
		},
		{
			"root for alice in var/mail", "mbox: DIR/mail/me",
			`mkdir mail && chown root:mail mail && chmod 2775 mail && touch mail/me && chown $ALICE:mail mail/me && chmod 660 mail/me
			cp alice/.config/config.yaml c.yaml`,
			`popfetch -c c.yaml --state-dir state sync`, "root",
		},
		{
			"root for alice in a var/mail for all", "mbox: DIR/mail/popfetch-alice",
			`mkdir mail && chmod 3777 mail && touch mail/$ALICE && chown $ALICE mail/$ALICE && chmod 600 mail/$ALICE
			cp alice/.config/config.yaml c.yaml`,
			`popfetch -c c.yaml --state-dir state sync`, "root",
		},
		{
			"a user namespace without root", "maildir: DIR/alice/Mail", ``,
			rootlessSync, "root",
		},
		{
			"a configuration from a descriptor", "maildir: DIR/alice/Mail",
			``,
			`cat alice/.config/config.yaml | popfetch -c /dev/stdin sync`, aliceName,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := s.scene(t, test.keys)
			s.as("root", test.prepare)
			s.exits(test.as, test.run, 0, fmt.Sprintf("%d new messages", len(pop3d.Sample())))
		})
	}
}

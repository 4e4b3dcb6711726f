package dovecottest

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// program finds the dovecot program, once per test binary. A normal user's PATH often lacks the
// sbin folders that it lives in.
var program = sync.OnceValues(func() (string, error) {
	if !supported {
		return "", fmt.Errorf("dovecottest works on Linux only")
	}
	var path string
	for _, name := range []string{"dovecot", "/usr/sbin/dovecot", "/usr/local/sbin/dovecot"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		return "", fmt.Errorf("dovecot is not installed")
	}
	version, err := exec.Command(path, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("ask %s for its version: %w", path, err)
	}
	if !strings.HasPrefix(string(version), "2.3.") {
		return "", fmt.Errorf("dovecot is version %s, the configuration is for 2.3", strings.TrimSpace(string(version)))
	}
	return path, nil
})

// hasLMTP tells whether dovecot has the program that takes mail.
func hasLMTP() bool {
	for _, folder := range []string{"/usr/lib/dovecot", "/usr/libexec/dovecot", "/usr/local/libexec/dovecot"} {
		if _, err := os.Stat(filepath.Join(folder, "lmtp")); err == nil {
			return true
		}
	}
	return false
}

// account is the system user an instance runs as.
type account struct {
	name, group string
	uid, gid    int
	change      bool // the test runs as somebody else, as root
}

// findAccount returns the user of this process; for root, whom Dovecot lets read no mail, nobody.
func findAccount() (account, error) {
	who, err := user.Current()
	if err != nil {
		return account{}, err
	}
	change := who.Uid == "0"
	if change {
		if who, err = user.Lookup("nobody"); err != nil {
			return account{}, err
		}
	}
	group, err := user.LookupGroupId(who.Gid)
	if err != nil {
		return account{}, err
	}
	uid, err := strconv.Atoi(who.Uid)
	if err != nil {
		return account{}, err
	}
	gid, err := strconv.Atoi(who.Gid)
	if err != nil {
		return account{}, err
	}
	return account{name: who.Username, group: group.Name, uid: uid, gid: gid, change: change}, nil
}

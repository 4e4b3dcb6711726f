package config

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// TestSecretsNeverShow puts a password where it belongs and where a person may
// put it by mistake, and looks for it in everything that comes back.
func TestSecretsNeverShow(t *testing.T) {
	t.Parallel()
	const canary = "hunter2-canary"
	lines := []string{
		`password: hunter2-canary`,
		`password: "hunter2-canary\n"`,
		`password: "hunter2-canary\0"`,
		`password: "hunter2-canary`,
		`password: "hunter2-canary\q"`,
		`password: 'hunter2-canary`,
		`password: *hunter2-canary`,
		`password: &hunter2-canary`,
		`password: !hunter2-canary`,
		`password: !hunter2-canary x`,
		`password: !<hunter2-canary`,
		`password: @hunter2-canary`,
		`password: %hunter2-canary`,
		`password: |hunter2-canary`,
		`password: x: hunter2-canary`,
		`password: {hunter2-canary: x}`,
		`password: {x: hunter2-canary}`,
		`password: [hunter2-canary]`,
		`password: [hunter2-canary`,
		`password:hunter2-canary`,
		`password=hunter2-canary`,
		`password=hunter2-canary: x`,
		`"password: hunter2-canary": x`,
		`{password:hunter2-canary}: x`,
		`? hunter2-canary password`,
		`pasword: hunter2-canary`,
		`<<: hunter2-canary`,
		"password: |\n      hunter2-canary\n      more",
		"password: >\n      hunter2-canary\n     bad",
		"password: &p hunter2-canary\n    tls: *p\n    delete: *p\n    *p : x",
		`password_env: hunter2-canary`,
		`server: me:hunter2-canary@pop.example.org`,
		`server: pops://me:hunter2-canary@pop.example.org`,
		`proxy: socks5://me:hunter2-canary@proxy.example.org`,
		`proxy: socks5://me:hunter2-canary/x@proxy.example.org:1080`,
		`proxy: socks5://me:%zzhunter2-canary@proxy.example.org:1080`,
		`proxy: http://me:hunter2-canary@proxy.example.org:3128`,
		`proxy: "socks5://me:hunter2-canary@proxy\n"`,
		`oauth: {client_secret: "hunter2-canary\n", token_url: "http://me:hunter2-canary@host"}`,
	}
	for _, line := range lines {
		_, err := loadText(t, "accounts:\n  work:\n    "+line+"\n    colour: blue\n")
		got := fmt.Sprintf("%v %+v %#v", err, err, problemsOf(t, err))
		if strings.Contains(got, canary) {
			t.Errorf("%s shows in\n%s", line, got)
		}
	}
	_, err := loadText(t, "accounts:\n  pops://me:hunter2-canary@pop.example.org: {}\n")
	if strings.Contains(problemsOf(t, err), canary) {
		t.Errorf("it shows in %v", err)
	}
}

func TestLoadedSecretsNeverShow(t *testing.T) {
	t.Parallel()
	config, err := loadText(t, minimal+"    password: hunter2-canary\n    proxy: socks5://me:hunter2-canary@a:1\n"+
		"    oauth: {provider: google, client_id: x, client_secret: hunter2-canary}\n")
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	account := config.Accounts[0]
	for _, got := range []string{
		string(asJSON), string(asYAML), fmt.Sprintf("%v %+v %#v", config, account, account),
		fmt.Sprintf("%+v %#v", account.Proxy, account.OAuth),
	} {
		if strings.Contains(got, "hunter2-canary") || !strings.Contains(got, "***") {
			t.Errorf("it shows, or isn't there: %s", got)
		}
	}
	if account.Password.Password.Reveal() != "hunter2-canary" {
		t.Error("the password is another one")
	}
}

func TestPasswordInAFileForAll(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // there are no such bits
	}
	password := minimal + "    password: hunter2\n"
	tests := []struct {
		name, text string
		mode       os.FileMode
		problem    bool
	}{
		{"private", password, 0o600, false},
		{"read-only", password, 0o400, false},
		{"group reads", password, 0o640, true},
		{"others read", password, 0o604, true},
		{"group writes", password, 0o620, true},
		{"no password", minimal, 0o644, false},
		{"in the defaults", "defaults: {password: hunter2}\n" + minimal, 0o644, true},
		{"anywhere", minimal + "    oauth: {password: [password]}\n", 0o644, true},
		{"as a value only", minimal + "    user: password\n", 0o644, false},
		{"of a client", minimal + "    oauth: {provider: google, client_id: x, client_secret: hunter2}\n", 0o644, true},
		{"of a proxy", minimal + "    proxy: socks5://me:hunter2@127.0.0.1:1080\n", 0o644, true},
		{"of a proxy by an alias", minimal + "    tls_server_name: &p socks5://me:hunter2@127.0.0.1:1080\n    proxy: *p\n", 0o644, true},
		{"a proxy without", minimal + "    proxy: socks5://127.0.0.1:1080\n", 0o644, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "config.yaml")
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, test.mode); err != nil {
				t.Fatal(err)
			}
			_, err := Load(path)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if strings.Contains(got, "others can read or write: chmod 600 "+path) != test.problem || strings.Contains(got, "hunter2") {
				t.Errorf("got %s", got)
			}
		})
	}
}

package command

import (
	"os"
	"strings"
	"testing"
)

// TestInitUsage has flags that can't be meant, or that leave out what nobody
// can be asked for. Each of them is told before anything is looked for.
func TestInitUsage(t *testing.T) {
	r := newFoundRig(t)
	r.caFile = ""
	for args, want := range map[string]string{
		"":                                    "which address?",
		"--server h":                          "which address?",
		"--user me":                           "which address?",
		"me@example.org you":                  "this takes one address",
		"nobody":                              "not a mail address: ",
		"nobody --server h":                   "not a mail address",
		"--server h:x --user me":              "--server: not a port",
		"--server h/ --user me":               "--server: not a server",
		"me@example.org --tls yes":            `--tls "yes"`,
		"me@example.org --delete soon":        `--delete: no such policy "soon"`,
		"me@example.org --min-interval soon":  "--min-interval: ",
		"me@example.org --tls-fingerprint 12": "--tls-fingerprint: ",
		"me@example.org --proxy h:1":          "--proxy: not a proxy",

		"me@example.org --proxy socks5://me:pw@h:1":                     "--proxy: its login would stand in the list of processes",
		"me@example.org --maildir m --mbox m":                           "--maildir and --mbox exclude each other",
		"me@example.org --maildir ~you":                                 "--maildir: ~ with a user name",
		"me@example.org --password-env P --stdin":                       "the password can come from one place only",
		"me@example.org --password-env P-Q":                             "--password-env: not the name of a variable",
		"me@example.org --name ../x":                                    "a name that can't be a file name",
		"--server pop.example.org --user me":                            "no password to test the login with",
		"--server pop.example.org --user me --client-id i":              "--client-id is for the mail of Google and Microsoft",
		"me\xff@example.org":                                            "the address: not UTF-8",
		"--server h --user me\xff --no-test":                            "--user: not UTF-8",
		"--server h --user me --maildir m\xff":                          "--maildir: not UTF-8",
		"--server pop.example.org --user me --tls none --tls-ca-file f": "--tls-ca-file: nothing without TLS",
	} {
		code, stdout, stderr := r.init(strings.Fields(args)...)
		if code != exitUsage || stdout != "" || !strings.HasPrefix(lastButHint(stderr), "popfetch: "+want) {
			t.Errorf("init %s: exit code %d\n%s%s", args, code, stdout, stderr)
		}
	}
	if _, err := os.Stat(r.config); err == nil || len(r.asked()) > 0 {
		t.Error("something was written or asked")
	}
}

// TestInitIntoADevice names what no account can be added to.
func TestInitIntoADevice(t *testing.T) {
	r := newFoundRig(t)
	r.config = os.DevNull
	code, stdout, stderr := r.init("me@example.org", "--no-test")
	if code != exitConfig || stdout != "" || !strings.Contains(stderr, " is no file that an account could be added to\n") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}

// lastButHint is the line that says what is wrong.
func lastButHint(stderr string) (last string) {
	for line := range strings.Lines(stderr) {
		if !strings.HasPrefix(line, "popfetch: hint: ") {
			last = line
		}
	}
	return last
}

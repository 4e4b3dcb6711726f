package command_test

import (
	"encoding/base64"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"popfetch/config/oauth/oauthtest"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store/storetest"
)

// The user of the tests below, whose name may be shown, and the password, which
// has all that might be taken for the end of one.
const (
	leakUser     = "me@example.org"
	leakPassword = `hunter2 "canary"/+=%41\n`
)

// TestSecretsDontLeak lets logins fail in all ways, by every mechanism, and
// looks for the password, and for whatever was said to prove it, in all that
// the program prints and keeps. With -short each mechanism meets a quarter of
// the ways.
func TestSecretsDontLeak(t *testing.T) {
	for i, mechanism := range []string{
		"auto", "scram-sha-256", "scram-sha-1", "cram-md5", "plain", "login", "user", "apop", "oauthbearer", "xoauth2",
	} {
		for k, name := range slices.Sorted(maps.Keys(unkindly())) {
			if testing.Short() && k%4 != i%4 {
				continue
			}
			harm := unkindly()[name]
			t.Run(mechanism+" "+name, func(t *testing.T) {
				t.Parallel()
				r := newLeakRig(t, harm)
				r.configure("auth: " + mechanism + "\n    password: '" + leakPassword + "'")
				for _, args := range []string{"sync --json", "check", "status"} {
					r.run(strings.Fields(args)...)
				}
				r.check()
			})
		}
	}
}

// unkindly are the ways in which a server turns somebody away.
func unkindly() map[string]pop3d.Intercept {
	login := func(c *pop3d.Conn, cmd pop3d.Command) bool {
		return slices.Contains([]string{"USER", "PASS", "APOP", "AUTH"}, cmd.Verb)
	}
	// answering answers what the client says in a login, to its end.
	answering := func(answer func(c *pop3d.Conn, said string)) pop3d.Intercept {
		return fault.When(login, func(c *pop3d.Conn, cmd pop3d.Command) bool {
			said := cmd.Line
			if cmd.Verb == "AUTH" {
				c.Reply("+ ")
				if line, err := c.ReadLine(); err == nil {
					said += " " + line
				}
			}
			answer(c, said)
			return true
		})
	}
	decoded := func(said string) string {
		words := strings.Fields(said)
		text, _ := base64.StdEncoding.DecodeString(words[len(words)-1])
		return string(text)
	}
	return map[string]pop3d.Intercept{
		"wrong password": nil,
		"repeats it":     answering(func(c *pop3d.Conn, said string) { c.Refuse("you said " + said) }),
		"decodes it":     answering(func(c *pop3d.Conn, said string) { c.Refuse(fmt.Sprintf("you said %q", decoded(said))) }),
		"garbles it":     answering(func(c *pop3d.Conn, said string) { c.Reply(said) }),
		"asks back": answering(func(c *pop3d.Conn, said string) {
			c.Reply("+ " + base64.StdEncoding.EncodeToString([]byte(said)))
			c.ReadLine()
			c.Refuse("no")
		}),
		"encodes it": answering(func(c *pop3d.Conn, said string) {
			text := decoded(said)
			c.Refuse(fmt.Sprintf("%x %s %s", text, url.QueryEscape(text), base64.StdEncoding.EncodeToString([]byte("x"+text))))
		}),
		"takes it apart": answering(func(c *pop3d.Conn, said string) {
			parts := strings.FieldsFunc(decoded(said), func(r rune) bool { return r == ' ' || r == ',' || r == 0 || r == 1 })
			c.Refuse("it is " + strings.TrimPrefix(strings.Join(parts[max(0, len(parts)-1):], ""), "p="))
		}),
		"shouts it":       answering(func(c *pop3d.Conn, said string) { c.Refuse(strings.ToUpper(said)) }),
		"takes USER only": fault.When(fault.Verb("PASS"), fault.HangUp()),
		"hangs up":        fault.When(login, fault.HangUp()),
		"is busy":         fault.When(fault.Verb(pop3d.Login), fault.Refuse("[SYS/TEMP] later")),
	}
}

// TestKnownSecretsDontLeak has servers say what they know of the password from an
// earlier session, before the login and after it.
func TestKnownSecretsDontLeak(t *testing.T) {
	const password = "hunter2-of-mine"
	spoken := func(verb string, lines ...string) pop3d.Intercept {
		return fault.When(fault.Verb(verb), fault.Answer(lines...))
	}
	for name, harm := range map[string]pop3d.Intercept{
		"greets with it":       spoken(pop3d.Greeting, "+OK hello "+password),
		"refuses with it":      spoken(pop3d.Greeting, "-ERR your password was "+password),
		"garbles the greeting": spoken(pop3d.Greeting, password),
		"can do it":            spoken("CAPA", "+OK "+password, "UIDL", "SASL PLAIN", "IMPLEMENTATION "+password, "."),
		"offers it":            spoken("CAPA", "+OK", "UIDL", "SASL "+password, "."),
		"counts with it":       spoken("STAT", "+OK "+password),
		"lists it": fault.Chain(spoken("UIDL", "+OK "+password, "1 "+password, "2 x"+password, "."),
			spoken("LIST", "+OK", "1 10", "2 "+password, "."), spoken("RETR", "-ERR no "+password)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newLeakRig(t, harm)
			r.server.SetUser(leakUser, password, pop3d.NewMaildrop(pop3d.Message{UID: "1", Body: []byte("Subject: one\r\n\r\nFirst.\r\n")}))
			file := filepath.Join(r.home, "password")
			if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			r.configure("password_file: " + file)
			commands := []string{"check --json", "check", "sync --dry-run", "list", "sync", "sync --json", "status", "status --json"}
			if testing.Short() {
				commands = []string{"check", "list", "sync --json", "status"}
			}
			for range 2 {
				for _, args := range commands {
					r.run(strings.Fields(args)...)
				}
			}
			if strings.Contains(r.output.String(), password) {
				t.Errorf("the password is shown:\n%s", r.output.String())
			}
			text, _ := os.ReadFile(filepath.Join(r.home, ".local", "state", "popfetch", "work.ledger"))
			if name != "lists it" && strings.Contains(string(text), password) {
				t.Errorf("the ledger has it:\n%s", text)
			}
		})
	}
}

// A leakRig is a server, and a home for the program.
type leakRig struct {
	t      *testing.T
	server *pop3d.Server
	home   string
	output strings.Builder
}

func newLeakRig(t *testing.T, harm pop3d.Intercept) *leakRig {
	o := offer{mechanisms: []string{"scram-sha-256", "scram-sha-1", "cram-md5", "login", "apop"}}
	tokens := offer{mechanisms: []string{"xoauth2", "oauthbearer"}, provider: oauthtest.Start(t, oauthtest.Rules{})}
	lent := o.lent()
	maps.Copy(lent, tokens.lent())
	r := &leakRig{t: t, home: storetest.MemoryDir(t), server: &pop3d.Server{Mechanisms: lent, Stamp: o.stamp(), Intercept: harm}}
	r.server.SetUser(leakUser, "another password", nil)
	if err := r.server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.server.Close() })
	return r
}

// configure writes the configuration of an account with these lines.
func (r *leakRig) configure(lines string) {
	config := fmt.Sprintf("accounts:\n  work:\n    server: %s\n    tls: none\n    user: %s\n    maildir: ~/Mail\n    %s\n",
		r.server.Addr(), leakUser, lines)
	if err := os.WriteFile(filepath.Join(r.home, "config.yaml"), []byte(config), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// run runs the program, as talkative as it can be.
func (r *leakRig) run(args ...string) {
	args = append(args[:1:1], append([]string{"work", "--trace", "--verbose"}, args[1:]...)...)
	cmd := exec.CommandContext(r.t.Context(), "popfetch", args...)
	cmd.Env = append(os.Environ(),
		"HOME="+r.home, "POPFETCH_CONFIG="+filepath.Join(r.home, "config.yaml"),
		"DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(r.home, "no-bus"), "BROWSER=false")
	out, err := cmd.CombinedOutput()
	if len(out) == 0 {
		r.t.Errorf("%q says nothing: %v", args, err)
	}
	fmt.Fprintf(&r.output, "%q\n%s", args, out)
}

// unissue makes the kept token one that was got long ago.
func (r *leakRig) unissue() {
	r.t.Helper()
	file := filepath.Join(r.home, ".local", "state", "popfetch", "work.token")
	text, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, issued.ReplaceAll(text, nil), 0o600)
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

// check looks for secrets in what the program said, and in every file but the
// configuration.
func (r *leakRig) check(more ...string) {
	r.t.Helper()
	found := map[string]string{"the output": r.output.String()}
	err := filepath.WalkDir(r.home, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && entry.Name() != "config.yaml" && entry.Name() != "work.token" {
			text, err := os.ReadFile(path)
			found[path] = string(text)
			return err
		}
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	secrets := append(r.said(), formsOf(leakPassword)...)
	for _, secret := range more {
		secrets = append(secrets, formsOf(secret)...)
	}
	for where, text := range found {
		for _, secret := range secrets {
			if strings.Contains(strings.ToLower(text), strings.ToLower(secret)) {
				r.t.Errorf("%q is in %s:\n%s", secret, where, text)
				return
			}
		}
	}
}

// said are the parts of what the client said that nobody may see: passwords,
// digests, and the responses of SASL.
func (r *leakRig) said() (parts []string) {
	for _, session := range r.server.Sessions() {
		for _, line := range session.Commands {
			word, rest, _ := strings.Cut(line, " ")
			switch word {
			case "CAPA", "QUIT", "USER", "*", "":
				continue
			case "APOP", "AUTH":
				_, rest, _ = strings.Cut(rest, " ")
			case "PASS":
			default:
				rest = line
			}
			if text, err := base64.StdEncoding.DecodeString(rest); err == nil && string(text) != leakUser {
				parts = append(parts, string(text))
			}
			if rest != base64.StdEncoding.EncodeToString([]byte(leakUser)) {
				parts = append(parts, rest)
			}
			parts = append(parts, proofs(rest)...)
		}
	}
	return slices.DeleteFunc(parts, func(part string) bool { return len(part) < 4 })
}

// proofs are the parts of a response that prove something on their own: the
// digest of CRAM-MD5, and the proof of SCRAM.
func proofs(response string) []string {
	text, _ := base64.StdEncoding.DecodeString(response)
	if _, proof, found := strings.Cut(string(text), ",p="); found {
		return []string{proof}
	}
	if name, digest, found := strings.Cut(string(text), " "); found && name == leakUser {
		return []string{digest}
	}
	return nil
}

// formsOf are the text, and what base64 and a URL make of it, wherever it
// stands.
func formsOf(text string) []string {
	forms := []string{text, fmt.Sprintf("%x", text), url.QueryEscape(text), url.PathEscape(text)}
	for before := range 3 {
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", before) + text))
		forms = append(forms, strings.TrimRight(encoded[(8*before+5)/6:], "=")[:len(text)])
	}
	return forms
}

// TestTokensDontLeak lets sign-ins and renewals fail at a provider that repeats
// what it hears.
func TestTokensDontLeak(t *testing.T) {
	t.Parallel()
	const secret = "client-secret-canary"
	provider := oauthtest.Start(t, oauthtest.Rules{Secret: secret, Rotate: true})
	r := newLeakRig(t, nil)
	r.configure(fmt.Sprintf("oauth:\n      device_url: %s\n      auth_url: %s\n      token_url: %s\n      client_id: client\n"+
		"      client_secret: %s", provider.DeviceURL(), provider.AuthURL(), provider.TokenURL(), secret))
	r.run("login", "--device")
	r.unissue()
	r.run("check", "--json") // which the mail server refuses, so that it's renewed
	r.unissue()
	r.run("sync")
	provider.AddIntercept(func(w http.ResponseWriter, req *http.Request) bool {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"error":"invalid_grant","error_description":%q}`, req.Form.Encode())
		return true
	})
	for _, args := range []string{"login --device", "check --json", "sync", "list", "status"} {
		r.run(strings.Fields(args)...)
	}
	r.check(provider.Secrets()...)
	if t.Failed() {
		return
	}
	if !strings.Contains(r.output.String(), "status 401") || !strings.Contains(r.output.String(), "invalid_grant") {
		t.Errorf("it's about something else:\n%s", r.output.String())
	}
}

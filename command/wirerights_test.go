package command

import (
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"popfetch/command/term"
	"popfetch/config"
	"popfetch/config/secret"
	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/ledger"
)

// rightsRig is a program with a home and a state folder of its own.
func rightsRig(t *testing.T) (p *program, home string) {
	t.Helper()
	home = t.TempDir()
	t.Setenv("HOME", home)
	for _, name := range []string{"XDG_STATE_HOME", "DBUS_SESSION_BUS_ADDRESS", "NOTIFY_SOCKET", "HTTPS_PROXY", "NO_PROXY"} {
		t.Setenv(name, "")
	}
	return &program{UI: &term.UI{}, statePath: filepath.Join(home, "state")}, home
}

// TestRightsOfFormerMailbox keeps the right to a mailbox that the configuration
// named before, if a run which died has left something there to be finished.
func TestRightsOfFormerMailbox(t *testing.T) {
	p, home := rightsRig(t)
	state, _, err := durable.MakeDir(p.statePath)
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	p.config.Store(&config.Config{Accounts: []account{{Name: "work"}, {Name: "renamed"}}})
	mboxPlace := store.MakePlace("mbox", "0+0", "0+9", "spool", filepath.Join(home, "b", "box"))
	for name, places := range map[string][]string{
		"work": {store.MakePlace("maildir", "name", filepath.Join(home, "a"))}, "orphan": {mboxPlace},
	} {
		l, err := ledger.Open(state, name, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, place := range places {
			if err := l.Append(ledger.Record{Kind: ledger.Staged, Time: time.Now(), Key: ledger.MakeKey(place, 1), Text: place}); err != nil {
				t.Fatal(err)
			}
		}
		l.Close()
	}
	for name, want := range map[string]string{"work": "a", "renamed": "b"} {
		a := account{Name: name, Mailbox: maildirAt(filepath.Join(home, "Mail"))}
		for _, delivers := range []bool{true, false} {
			got := p.rightsFor([]account{a}, scope{delivers: delivers})
			if slices.Contains(got.Write, filepath.Join(home, want)) != delivers {
				t.Errorf("%s, which delivers: %v: %q", name, delivers, got.Write)
			}
		}
	}
}

// TestPortsOf lists where the connections of an account go to.
func TestPortsOf(t *testing.T) {
	p, _ := rightsRig(t)
	proxy := &config.Proxy{Address: "proxy.example.org:1080"}
	tests := []struct {
		name    string
		account account
		want    []int
	}{
		{"POP3S", account{Login: config.Login{Port: 995}}, []int{995}},
		{"a proxy", account{Login: config.Login{Port: 995, Proxy: proxy}}, []int{1080}},
		{"LMTP", account{Login: config.Login{Port: 995}, Mailbox: config.Mailbox{Kind: config.LMTP, Place: "localhost:24"}}, []int{995, 24}},
		{"LMTP by a socket", account{Login: config.Login{Port: 995}, Mailbox: config.Mailbox{Kind: config.LMTP, Place: "/run/lmtp"}}, []int{995}},
		{"OAuth", account{Name: "a", Login: config.Login{Port: 995, OAuth: &config.OAuth{Provider: "google"}}}, []int{995, 443}},
		{"OAuth elsewhere", account{Name: "a", Login: config.Login{Port: 995, OAuth: &config.OAuth{TokenURL: "https://x.example:8443/t"}}}, []int{995, 8443}},
		{"OAuth by a proxy", account{Name: "a", Login: config.Login{Port: 995, Proxy: proxy, OAuth: &config.OAuth{Provider: "google"}}}, []int{1080, 1080}},
		{"OAuth on this machine", account{Name: "a", Login: config.Login{Port: 995, Proxy: proxy, OAuth: &config.OAuth{TokenURL: "http://127.0.0.1/t"}}}, []int{1080, 80}},
	}
	for _, test := range tests {
		if got := p.portsOf(test.account); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, not %v", test.name, got, test.want)
		}
	}
}

// TestWhyOpen tells which accounts can't be sandboxed.
func TestWhyOpen(t *testing.T) {
	p, home := rightsRig(t)
	in := func(name string) string { return filepath.Join(home, name) }
	tests := []struct {
		name          string
		change        func(a *account)
		once, lasting string
	}{
		{"nothing special", func(*account) {}, "", ""},
		{"pipe", func(a *account) { a.Mailbox = config.Mailbox{Kind: config.Pipe, Place: "x"} }, "pipe is a command, which may need anything", "same"},
		{"filter", func(a *account) { a.Filter = "x" }, "filter is a command, which may need anything", "same"},
		{"on_new", func(a *account) { a.OnNew = "x" }, "on_new is a command, which may need anything", "same"},
		{"password_command", func(a *account) { a.Password.Command = "x" }, "password_command is a command, which may need anything", "same"},
		{
			"token_command", func(a *account) { a.OAuth = &config.OAuth{TokenCommand: "x"} },
			"token_command is a command, which may need anything", "same",
		},
		{"mbox at home", func(a *account) { a.Mailbox = config.Mailbox{Kind: config.MBox, Place: in("mbox")} }, "what lies below " + home + " is more than mail", "same"},
		{"home itself", func(a *account) { a.Mailbox.Place = home }, "what lies below " + home + " is more than mail", "same"},
		{"mbox in a folder", func(a *account) { a.Mailbox = config.Mailbox{Kind: config.MBox, Place: in("mail/box")} }, "", ""},
		{"password at home", func(a *account) { a.Password.File = in("p") }, "", "a new p couldn't be read without all of " + home},
		{"password in a folder", func(a *account) { a.Password.File = in("secrets/p") }, "", ""},
		{"certificate at home", func(a *account) { a.TLS.CAFile = in("ca.pem") }, "", "a new ca.pem couldn't be read without all of " + home},
	}
	for _, test := range tests {
		a := account{Name: "a", Mailbox: maildirAt(in("Mail"))}
		test.change(&a)
		if test.lasting == "same" {
			test.lasting = test.once
		}
		if once, lasting := p.whyOpen(a, oneSync), p.whyOpen(a, lastingSync); once != test.once || lasting != test.lasting {
			t.Errorf("%s: %q and %q", test.name, once, lasting)
		}
	}
	busy := account{Filter: "x", OnNew: "x", Mailbox: config.Mailbox{Kind: config.Pipe, Place: "x"}}
	busy.Password.Command, busy.OAuth = "x", &config.OAuth{TokenCommand: "x"}
	moments := map[string]moment{}
	for _, c := range commandsOf(busy) {
		moments[c.key] = c.when
	}
	for _, test := range []struct {
		key  string
		runs scope
	}{{"password_command", scope{}}, {"token_command", scope{}}, {"filter", scope{plans: true}}, {"on_new", oneSync}, {"pipe", oneSync}} {
		for _, s := range []scope{{}, {plans: true}, oneSync} {
			want := s == test.runs || s == oneSync || test.runs == scope{}
			if when, isKnown := moments[test.key]; !isKnown || s.mayRun(when) != want {
				t.Errorf("%s is run by %+v: %v", test.key, s, !want)
			}
		}
	}
	t.Chdir(home)
	p.statePath = "."
	if why := p.whyOpen(account{Name: "a", Mailbox: maildirAt(in("Mail"))}, oneSync); why == "" {
		t.Error("home by a relative path isn't wide")
	}
	p.statePath = "state"
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "tcp:host=localhost,port=1")
	if why := p.whyOpen(account{Name: "a", Mailbox: maildirAt(in("Mail"))}, oneSync); why == "" {
		t.Error("a bus by TCP is no reason")
	}
	if why := p.whyOpen(account{Name: "a", Mailbox: maildirAt(in("Mail")), Login: config.Login{Password: passwordFile("/p")}}, oneSync); why != "" {
		t.Errorf("nor need it be where no keyring is asked: %s", why)
	}
}

func maildirAt(path string) config.Mailbox {
	return config.Mailbox{Kind: config.Maildir, Place: path}
}

func passwordFile(path string) secret.Source { return secret.Source{File: path} }

// TestFilesAndCommandsOf finds each file and each command that an account can name,
// whatever keys there will be.
func TestFilesAndCommandsOf(t *testing.T) {
	a := account{Login: config.Login{OAuth: &config.OAuth{}}}
	var files, commands []string
	var fill func(v reflect.Value)
	fill = func(v reflect.Value) {
		for i := range v.NumField() {
			field, name := v.Field(i), v.Type().Field(i).Name
			switch {
			case field.Kind() == reflect.Pointer && !field.IsNil():
				field = field.Elem()
			case field.Kind() == reflect.String && (strings.HasSuffix(name, "File") || strings.HasPrefix(name, "ClientCert") || strings.HasPrefix(name, "ClientKey")):
				field.SetString("/" + name + strconv.Itoa(len(files)))
				files = append(files, field.String())
			case field.Kind() == reflect.String && strings.HasSuffix(name, "Command"):
				field.SetString(name)
				commands = append(commands, name)
			}
			if field.Kind() == reflect.Struct && field.CanSet() && field.Type().PkgPath() != "time" {
				fill(field)
			}
		}
	}
	fill(reflect.ValueOf(&a).Elem())
	got := filesOf(a)
	for _, file := range files {
		if !slices.Contains(got, file) {
			t.Errorf("%s isn't among %q", file, got)
		}
	}
	for _, command := range commands {
		if !slices.ContainsFunc(commandsOf(a), func(c namedCommand) bool { return c.text == command }) {
			t.Errorf("%s isn't among %v", command, commandsOf(a))
		}
	}
	if len(files) < 7 || len(commands) < 2 {
		t.Errorf("only %q and %q", files, commands)
	}
}

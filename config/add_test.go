package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// newAccount is what the tests add.
var newAccount = Draft{"new", []Setting{{Key: "server", Value: "pop.example.com"}, {Key: "user", Value: "you"}, {Key: "maildir", Value: "/new"}}}

// An old account, on one line for the text around it to be seen.
const old = "{server: pop.example.org, user: me, maildir: /old}"

func TestAdd(t *testing.T) {
	for _, test := range []struct{ name, before, after string }{
		{
			"nothing", "",
			header + "accounts:\n  new:\n    server: pop.example.com\n    user: you\n    maildir: /new\n",
		},
		{
			"comments alone", "# mine",
			"# mine\naccounts:\n  new:\n    server: pop.example.com\n    user: you\n    maildir: /new\n",
		},
		{
			"one account", "accounts:\n  work: " + old + "\n",
			"accounts:\n  work: " + old + "\n  new:\n    server: pop.example.com\n    user: you\n    maildir: /new\n",
		},
		{
			"no newline at the end", "accounts:\n  work: " + old,
			"accounts:\n  work: " + old + "\n  new:\n    server: pop.example.com\n    user: you\n    maildir: /new\n",
		},
		{
			"four spaces, and what the lines within have",
			"accounts:\n    work:\n      server: pop.example.org\n      user: me\n      maildir: /old # here\n\n# the end\n",
			"accounts:\n    work:\n      server: pop.example.org\n      user: me\n      maildir: /old # here\n" +
				"    new:\n      server: pop.example.com\n      user: you\n      maildir: /new\n\n# the end\n",
		},
		{
			"one space", "accounts:\n work: " + old + "\n",
			"accounts:\n work: " + old + "\n new:\n  server: pop.example.com\n  user: you\n  maildir: /new\n",
		},
		{
			"empty accounts", "accounts:\n  # none yet\ndefaults:\n  user: me\n",
			"accounts:\n  # none yet\n  new:\n    server: pop.example.com\n    user: you\n    maildir: /new\ndefaults:\n  user: me\n",
		},
		{
			"no accounts", "defaults:\n  user: me\n",
			"defaults:\n  user: me\n\naccounts:\n  new:\n    server: pop.example.com\n    user: you\n    maildir: /new\n",
		},
		{
			"defaults behind the accounts, with their comment",
			"# top\naccounts:\n  work: " + old + "\n  # home: not yet\n\n# for all\ndefaults:\n  timeout: 10s\n",
			"# top\naccounts:\n  work: " + old + "\n  # home: not yet\n" +
				"  new:\n    server: pop.example.com\n    user: you\n    maildir: /new\n\n# for all\ndefaults:\n  timeout: 10s\n",
		},
		{
			"empty lines between the accounts",
			"accounts:\n  a: " + old + "\n\n  # the second\n  b: " + old + "\n",
			"accounts:\n  a: " + old + "\n\n  # the second\n  b: " + old + "\n" +
				"\n  new:\n    server: pop.example.com\n    user: you\n    maildir: /new\n",
		},
		{
			"passwords", "defaults:\n  password: canary\n  proxy: socks5://me:canary@localhost:1080\naccounts:\n  2024: " + old + "\n",
			"defaults:\n  password: canary\n  proxy: socks5://me:canary@localhost:1080\naccounts:\n  2024: " + old + "\n" +
				"  new:\n    server: pop.example.com\n    user: you\n    maildir: /new\n",
		},
		{
			"anchors", "defaults: &all\n  timeout: 10s\naccounts:\n  work: &w\n    <<: *all\n    server: &s pop.example.org\n    user: me\n    maildir: /old\n",
			"defaults: &all\n  timeout: 10s\naccounts:\n  work: &w\n    <<: *all\n    server: &s pop.example.org\n    user: me\n    maildir: /old\n" +
				"  new:\n    server: pop.example.com\n    user: you\n    maildir: /new\n",
		},
		{
			"all of it indented", "  accounts:\n    work: " + old + "\n",
			"  accounts:\n    work: " + old + "\n    new:\n      server: pop.example.com\n      user: you\n      maildir: /new\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, end := range []string{"\n", "\r\n"} {
				before, after := strings.ReplaceAll(test.before, "\n", end), strings.ReplaceAll(test.after, "\n", end)
				if !strings.Contains(test.before, "\n") {
					after = test.after // it doesn't show its line ends
				}
				text, added, err := (&File{Path: "c", text: []byte(before)}).AddAccount(newAccount)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(after, string(text)); diff != "" {
					t.Errorf("- want, + got:\n%s", diff)
				}
				if added.Name != "new" || added.Host != "pop.example.com" || added.Port != 995 {
					t.Errorf("added %+v", added)
				}
			}
		})
	}
}

// TestAddRefuses has files that can't be added to, and drafts that are wrong.
func TestAddRefuses(t *testing.T) {
	valid := "accounts:\n  work: " + old + "\n"
	for _, test := range []struct {
		name, before string
		draft        Draft
		want         string
	}{
		{"a name that is taken", valid, Draft{"Work", newAccount.Settings}, `there is an account "work" in c already`},
		{"a name that can't be", valid, Draft{"../x", nil}, "c: ..…: a name that can't be a file name: use letters, digits and . _ - @ +, at most 64, not beginning with . or -"},
		{"accounts in braces", "accounts: {work: " + old + "}\n", newAccount, "no account can be added to c: it has no place for one more, as with accounts in { }, or an end that is marked by ..."},
		{"empty braces", "accounts: {} # none yet\ndefaults:\n  user: me\n", newAccount, "no account can be added to c: it has no place for one more, as with accounts in { }, or an end that is marked by ..."},
		{"no accounts by name", "accounts: null", newAccount, "no account can be added to c: it has no place for one more, as with accounts in { }, or an end that is marked by ..."},
		{"accounts that are null by a tag", "accounts: !!null\n", newAccount, "no account can be added to c: it has no place for one more, as with accounts in { }, or an end that is marked by ..."},
		{"an end of the document", "---\naccounts:\n  work: " + old + "\n...\n", newAccount, "no account can be added to c: it has no place for one more, as with accounts in { }, or an end that is marked by ..."},
		{
			"a command that ends in what is no comment",
			"accounts:\n  work:\n    server: pop.example.org\n    user: me\n    maildir: /old\n    password_command: |+\n      pass work\n      # not a comment\n\n\ndefaults: {timeout: 10s}\n",
			newAccount, "no account can be added to c: it has no place for one more, as with accounts in { }, or an end that is marked by ...",
		},
		{"defaults that end in empty lines", "defaults:\n  filter: |+\n    true\n\n", newAccount, "no account can be added to c: it has no place for one more, as with accounts in { }, or an end that is marked by ..."},
		{"empty braces on two lines", "accounts: {\n}\n", newAccount, "no account can be added to c: it has no place for one more, as with accounts in { }, or an end that is marked by ..."},
		{"all in braces", "{accounts: {work: " + old + "}}", newAccount, "no account can be added to c: it has no place for one more, as with accounts in { }, or an end that is marked by ..."},
		{"a null with an anchor", "accounts: &none ~\n", newAccount, "no account can be added to c: it has no place for one more, as with accounts in { }, or an end that is marked by ..."},
		{"accounts that << brings in", "<<: {accounts: {work: " + old + "}}\n", newAccount, "no account can be added to c: it has no place for one more, as with accounts in { }, or an end that is marked by ..."},
		{"a file with an error", "accounts:\n  work:\n    server: pop.example.org\n    usr: me\n    maildir: /old\n", newAccount, "c:2: work: no user: give the name to log in with\nc:4: work: unknown key \"usr\": did you mean \"user\"?"},
		{"a tab", "accounts:\n\twork: " + old + "\n", newAccount, "c:2: tab in the indentation: indent with spaces"},
		{"a value that isn't UTF-8", valid, Draft{"new", append([]Setting{{Key: "filter", Value: "\xf6"}}, newAccount.Settings...)}, "no account can be added to c: it has no place for one more, as with accounts in { }, or an end that is marked by ..."},
		{"a bad value", valid, Draft{"new", append([]Setting{{Key: "delete", Value: "soon"}}, newAccount.Settings...)}, `c: new: delete: no such policy "soon": use never, fetched or a time such as 14d`},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, _, err := (&File{Path: "c", text: []byte(test.before)}).AddAccount(test.draft)
			if err == nil || err.Error() != test.want || text != nil {
				t.Errorf("got %q, %v\nwant %s", text, err, test.want)
			}
		})
	}
}

// TestAddASecret adds one to a file that others can read.
func TestAddASecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c")
	if err := os.WriteFile(path, []byte("accounts:\n  work: "+old+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	file, err := ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = file.AddAccount(Draft{"new", append([]Setting{{Key: "password", Value: "canary"}}, newAccount.Settings...)})
	if bad := (*Error)(nil); !errors.As(err, &bad) || strings.Contains(err.Error(), "canary") || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("got %v", err)
	}
}

// TestDraftQuotes writes values that mean something else without quotes.
func TestDraftQuotes(t *testing.T) {
	draft := Draft{"@me", []Setting{
		{Key: "server", Value: "[::1]:995"},
		{Key: "user", Value: "null"},
		{Key: "password_command", Value: "pass 'a b': # \"x\"\nand\ttab"},
		{Key: "oauth", Inside: []Setting{{Key: "provider", Value: "microsoft"}, {Key: "client_id", Value: "0123"}, {Key: "client_secret", Value: "canary"}}},
		{Key: "maildir", Value: "~/Mail/ü x"},
	}}
	want := `accounts:
  '@me':
    server: '[::1]:995'
    user: "null"
    password_command: "pass 'a b': # \"x\"\nand\ttab"
    oauth:
      provider: microsoft
      client_id: "0123"
      client_secret: '***'
    maildir: ~/Mail/ü x
`
	if diff := cmp.Diff(want, draft.String()); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	_, added, err := (&File{Path: "c"}).AddAccount(draft)
	if err != nil || added.User != "null" || added.OAuth == nil || added.OAuth.ClientID != "0123" || added.OAuth.ClientSecret.Reveal() != "canary" {
		t.Errorf("got %+v, %v", added, err)
	}
}

// TestAddTooMuch doesn't make a file that no run would read any more.
func TestAddTooMuch(t *testing.T) {
	before := "accounts:\n  work: " + old + "\n#"
	f := &File{Path: "config.yaml", text: []byte(before + strings.Repeat("x", maxFile-len(before)-20))}
	if _, _, err := f.AddAccount(newAccount); err == nil || !strings.Contains(err.Error(), "more than 4 MB") {
		t.Errorf("got %v", err)
	}
}

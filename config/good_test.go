//go:build unix

package config

import (
	"crypto/tls"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/config/secret"
	"popfetch/fetch/rule"
)

// goodAccounts are what testdata/config/good.yaml says.
func goodAccounts(home, certs, base string) []Account {
	proxy := &Proxy{Address: "proxy.example.org:1080", User: "me", Password: secret.New("pa@ss")}
	heir := Account{
		Name: "heir", Enabled: true,
		Login: Login{
			Host: "pop.example.org", Port: 110,
			TLS:  TLS{Mode: TLSStartTLS, CAFile: certs + "/ca.pem"},
			User: "me@example.org", Auth: "auto",
			Password: secret.Source{Account: "heir", Login: "me@example.org@pop.example.org", Env: "MAIL_PASSWORD"},
			Timeout:  time.Minute, ConnectTimeout: 30 * time.Second, Proxy: proxy,
		},
		Mailbox: Mailbox{Kind: LMTP, Place: "lmtp.example.org:24", Recipient: "me@example.net"},
		Rules: rule.Rules{
			Delete: rule.Delete{When: rule.AfterWhile, After: 14 * 24 * time.Hour}, MaxSize: 50e6, MaxMessages: 1000,
		},
	}
	rebel := Account{
		Name: "rebel",
		Login: Login{
			Host: "2001:db8::1", Port: 1110,
			TLS:  TLS{Mode: TLSNone, CAFile: certs + "/ca.pem"},
			User: "other", Auth: "apop", AllowPlaintextAuth: true,
			Password: secret.Source{Account: "rebel", Login: "other@2001:db8::1", Command: "pass show mail/rebel\n"},
			Timeout:  90 * time.Second, ConnectTimeout: 5 * time.Second,
		},
		Mailbox: Mailbox{Kind: Maildir, Place: home + "/Mail/rebel"},
		Rules:   rule.Rules{Start: rule.Start{Skip: true, Last: 100}}, Filter: "grep -q '^Subject:'", OnNew: `notify-send "$POPFETCH_NEW"`,
		MinInterval: 12 * time.Minute, ErrorGrace: 3 * time.Hour, Pipelining: PipeliningOff,
	}
	guarded := heir
	guarded.Name, guarded.Port = "guarded+me@example.org", 9950
	guarded.TLS = TLS{
		CAFile: base + "/ca.pem", ServerName: "mail.example.org", MinVersion: tls.VersionTLS10,
		ClientCert: certs + "/me.pem", ClientKey: certs + "/me.pem",
		Fingerprints: []Fingerprint{{31: 1}, {0: 0xab, 1: 0xcd, 31: 2}},
		Legacy:       []string{"rsa", "small-hello"},
	}
	guarded.Auth = "xoauth2"
	guarded.Password = secret.Source{
		Account: guarded.Name, Login: heir.Password.Login, File: filepath.Dir(base) + "/secrets/guarded",
	}
	guarded.OAuth = &OAuth{
		Provider: "google", ClientID: "id", ClientSecret: secret.New("shh"),
		Scopes: []string{"https://mail.google.com/", "profile"},
	}
	guarded.Mailbox = Mailbox{Kind: MBox, Place: base + "/spool"}
	guarded.Delete, guarded.Start, guarded.Pipelining = rule.Delete{When: rule.AtOnce}, rule.Start{Skip: true}, PipeliningOn
	modern := heir
	modern.Name, modern.Host, modern.Mailbox.Place = "modern", "2001:db8::2", "/run/lmtp.sock"
	modern.Password = secret.Source{Account: "modern", Login: "me@example.org@2001:db8::2", Password: secret.New("0123")}
	modern.OAuth = &OAuth{
		AuthURL: "https://login.example.org/auth", TokenURL: "http://localhost:8080/token",
		ClientID: "id", Scopes: []string{"a", "b"},
	}
	piped := modern
	piped.Name, piped.Host = "piped", "pop.example.net"
	piped.Password.Account, piped.Password.Login = "piped", "me@example.org@pop.example.net"
	piped.Mailbox = Mailbox{Kind: Pipe, Place: "exec /usr/bin/procmail"}
	piped.OAuth = &OAuth{TokenCommand: "get-token"}
	piped.TLS.Fingerprints = []Fingerprint{{31: 3}}
	return []Account{heir, rebel, guarded, modern, piped}
}

func TestGoodFile(t *testing.T) {
	t.Setenv("HOME", "/home/me")
	t.Setenv("CERTS", "/etc/certs")
	base := t.TempDir()
	path := copyPrivate(t, "good.yaml", base)
	got, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	want := &Config{path, goodAccounts("/home/me", "/etc/certs", base)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

package config

import (
	"crypto/tls"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLMTP has the server alone, and the map, in the account and in its defaults. The
// recipient that stands nearer to the account counts.
func TestLMTP(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, defaults, own string
		want                Mailbox
	}{
		{"short", "", "lmtp: h:24, lmtp_recipient: me", Mailbox{Kind: LMTP, Place: "h:24", Recipient: "me"}},
		{"map", "", "lmtp: {server: h:24, recipient: me}", Mailbox{Kind: LMTP, Place: "h:24", Recipient: "me"}},
		{"map with the other key", "", "lmtp_recipient: me, lmtp: {server: h:24}", Mailbox{Kind: LMTP, Place: "h:24", Recipient: "me"}},
		{"no TLS", "", "lmtp: {server: h:24, recipient: me, tls: none}", Mailbox{Kind: LMTP, Place: "h:24", Recipient: "me", Security: "none"}},
		{
			"whom to trust", "", "lmtp: {server: 'localhost:24', recipient: me, tls_min_version: 1.3, tls_client_cert: /c, tls_insecure: true}",
			Mailbox{LMTP, "localhost:24", "me", "starttls", TLS{
				MinVersion: tls.VersionTLS13, ClientCert: filepath.FromSlash("/c"), ClientKey: filepath.FromSlash("/c"), Insecure: true,
			}},
		},
		{
			"a server for all", "lmtp: {server: h:24, tls: none, recipient: all}", "lmtp_recipient: me",
			Mailbox{Kind: LMTP, Place: "h:24", Recipient: "me", Security: "none"},
		},
		{"another server", "lmtp: {server: h:24, tls: none}, lmtp_recipient: all", "lmtp: {server: i:24, recipient: me}", Mailbox{Kind: LMTP, Place: "i:24", Recipient: "me"}},
		{"and in short", "lmtp: {server: h:24, tls: none}, lmtp_recipient: all", "lmtp: i:24", Mailbox{Kind: LMTP, Place: "i:24", Recipient: "all"}},
		{"taken back", "lmtp: {server: h:24, recipient: me}", "lmtp: null, maildir: /m", Mailbox{Kind: Maildir, Place: filepath.FromSlash("/m")}},
		{"a key taken back", "", "lmtp: {server: h:24, recipient: me, tls: null}", Mailbox{Kind: LMTP, Place: "h:24", Recipient: "me"}},
	} {
		text := "defaults: {" + test.defaults + "}\naccounts: {work: {server: s, user: u, " + test.own + "}}\n"
		config, err := loadText(t, strings.ReplaceAll(strings.ReplaceAll(text, "h:24", "'h:24'"), "i:24", "'i:24'"))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if diff := cmp.Diff(test.want, config.Accounts[0].Mailbox); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

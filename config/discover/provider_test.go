package discover

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"popfetch/config"
)

// TestProviders looks for slips of the pen in the table.
func TestProviders(t *testing.T) {
	t.Parallel()
	claimed := map[string]string{}
	claim := func(p provider, kind, names string) {
		for name := range strings.FieldsSeq(names) {
			if got, ok := parseHost(name); !ok || got != name {
				t.Errorf("%s: %q is no name of a host", p.name, name)
			}
			if other, ok := claimed[kind+name]; ok {
				t.Errorf("%s %s is of %s and of %s", kind, name, other, p.name)
			}
			claimed[kind+name] = p.name
		}
	}
	for _, p := range providers {
		claim(p, "domain ", p.domains)
		claim(p, "mx ", p.mx)
		if p.name == "" || p.domains == "" && p.mx == "" {
			t.Errorf("%q serves nobody", p.name)
		}
		if (p.server == "") == (p.way == "") {
			t.Errorf("%s has neither a server nor a way out, or both", p.name)
		}
		if got, ok := parseHost(p.server); p.server != "" && (!ok || got != p.server) {
			t.Errorf("%s: %q is no name of a host", p.name, p.server)
		}
		if p.oauth != "" && p.oauth != "google" && p.oauth != "microsoft" {
			t.Errorf("%s: the configuration knows no %q", p.name, p.oauth)
		}
		if p.interval != 0 && (p.interval < time.Minute || p.interval > time.Hour) {
			t.Errorf("%s: %v between logins", p.name, p.interval)
		}
		if p.password == PasswordNone && p.oauth == "" || p.server == "" && len(p.notes) > 0 {
			t.Errorf("%s leaves a person without a way", p.name)
		}
		for _, note := range append(p.notes, p.way) {
			checkNote(t, p.name, note)
		}
	}
	for _, note := range []string{guessNote, plainNote, oauthNote, clientNote} {
		checkNote(t, "note", note)
	}
}

// checkNote demands a note that reads like a hint: one line, no full stop, and
// no capital unless it's a name's.
func checkNote(t *testing.T, name, note string) {
	t.Helper()
	if note == "" {
		return
	}
	first, _ := utf8.DecodeRuneInString(note)
	word, _, _ := strings.Cut(note, " ")
	names := []string{"POP3", "Microsoft", "Apple", "Proton's", "Tuta", "HEY"}
	if unicode.IsUpper(first) && !strings.Contains(strings.Join(names, " "), word) ||
		strings.ContainsFunc(note, unicode.IsControl) || strings.TrimSpace(note) != note ||
		strings.ContainsAny(note[len(note)-1:], ".!,;:") || len(note) > 160 {
		t.Errorf("%s: not a hint: %q", name, note)
	}
}

// TestKnown asks nobody: what the table knows needs no network.
func TestKnown(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	tests := []struct {
		address, at string
		users       []string
		password    PasswordKind
		oauth       string
		interval    time.Duration
	}{
		{"me@gmail.com", "pop.gmail.com:995", []string{"me@gmail.com"}, PasswordApp, "google", 0},
		{"me@GoogleMail.com", "pop.gmail.com:995", []string{"me@GoogleMail.com"}, PasswordApp, "google", 0},
		{"me@hotmail.co.uk", "outlook.office365.com:995", []string{"me@hotmail.co.uk"}, PasswordNone, "microsoft", 0},
		{"me@yahoo.de", "pop.mail.yahoo.com:995", []string{"me@yahoo.de"}, PasswordApp, "", 0},
		{"me@gmx.de", "pop.gmx.net:995", []string{"me@gmx.de"}, PasswordUsual, "", 15 * time.Minute},
		{"me@gmx.ch", "pop.gmx.net:995", []string{"me@gmx.ch"}, PasswordUsual, "", 15 * time.Minute},
		{"me@gmx.com", "pop.gmx.com:995", []string{"me@gmx.com"}, PasswordUsual, "", 15 * time.Minute},
		{"me@web.de", "pop3.web.de:995", []string{"me", "me@web.de"}, PasswordUsual, "", 15 * time.Minute},
		{"me@t-online.de", "securepop.t-online.de:995", []string{"me@t-online.de"}, PasswordMail, "", 0},
		{"me@posteo.net", "posteo.de:995", []string{"me@posteo.net"}, PasswordUsual, "", 0},
		{"me@bk.ru", "pop.mail.ru:995", []string{"me@bk.ru"}, PasswordApp, "", 0},
		{"me@163.com", "pop.163.com:995", []string{"me@163.com"}, PasswordApp, "", 0},
	}
	for _, test := range tests {
		got, err := find(t.Context(), test.address, r.options)
		if err != nil {
			t.Errorf("%s: %v", test.address, err)
			continue
		}
		want := Found{
			Host: strings.TrimSuffix(test.at, ":995"), Port: 995, TLS: config.TLSImplicit, Users: test.users,
			Password: test.password, OAuth: test.oauth, MinInterval: test.interval,
			Provider: got.Provider, Source: "a provider that popfetch knows", Notes: got.Notes,
		}
		if diff := cmp.Diff(want, got); diff != "" || got.Provider == "" {
			t.Errorf("%s: %s", test.address, diff)
		}
	}
	r.askedNobody(t)
}

func TestNoPOP3(t *testing.T) {
	t.Parallel()
	r := newRig(t,
		"apple.example MX 10 mx01.mail.icloud.com", "proton.example MX 10 mail.protonmail.ch", "tuta.example MX 0 mail.tutanota.de")
	for text, want := range map[string]string{
		"me@icloud.com": "iCloud Mail has no POP3", "me@mac.com": "iCloud Mail has no POP3",
		"me@proton.me": "Proton Mail has no POP3", "me@tutanota.com": "Tuta has no POP3",
		"me@apple.example": "iCloud Mail has no POP3", "me@proton.example": "Proton Mail has no POP3",
		"me@tuta.example": "Tuta has no POP3",
	} {
		_, err := find(t.Context(), text, r.options)
		e, ok := errors.AsType[*NoPOP3Error](err)
		if !ok || err.Error() != want || e.Hint() == "" {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestHosted has customers' domains, which only the MX record tells.
func TestHosted(t *testing.T) {
	t.Parallel()
	for mx, want := range map[string]string{
		"aspmx.l.google.com":                      "Google Workspace pop.gmail.com",
		"ALT3.ASPMX.L.GOOGLE.COM":                 "Google Workspace pop.gmail.com",
		"aspmx2.googlemail.com":                   "Google Workspace pop.gmail.com",
		"example-org.mail.protection.outlook.com": "Microsoft 365 outlook.office365.com",
		"example-org.o-v1.mx.microsoft":           "Microsoft 365 outlook.office365.com",
		"outlook-com.olc.protection.outlook.com":  "Outlook.com outlook.office365.com",
		"mx2.zoho.eu":                             "Zoho Mail poppro.zoho.eu",
		"mx00.kundenserver.de":                    "IONOS pop.ionos.de",
		"mx01.ionos.co.uk":                        "IONOS pop.ionos.co.uk",
		"smtpin.rzone.de":                         "Strato pop3.strato.de",
		"mx1.mail.ovh.net":                        "OVH ssl0.ovh.net",
		"mxext2.mailbox.org":                      "mailbox.org pop3.mailbox.org",
		"in1-smtp.messagingengine.com":            "Fastmail pop.fastmail.com",
		"mx-biz.mail.am0.yahoodns.net":            "Yahoo pop.mail.yahoo.com",
		"spool.mail.gandi.net":                    "Gandi mail.gandi.net",
		"mx.example.org":                          "",
		"notgoogle.com":                           "",
		"aspmx.l.google.com.evil.example":         "",
	} {
		r := newRig(t, "example.org MX 10 "+mx)
		if want == "" {
			r.options.Try = nil // or a guess is found
		}
		got, err := find(t.Context(), "me@example.org", r.options)
		if want == "" {
			if _, ok := errors.AsType[*NotFoundError](err); !ok {
				t.Errorf("%s: %+v, %v", mx, got, err)
			}
			continue
		}
		if err != nil || got.Provider+" "+got.Host != want || !got.Foreign ||
			got.Source != "the MX record of example.org, which is "+got.Provider+"'s" {
			t.Errorf("%s: %+v, %v", mx, got, err)
		}
	}
}

package conceal

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"html"
	"strings"
	"testing"
	"unicode/utf16"
)

// TestHolds says which texts of servers hold a password.
func TestHolds(t *testing.T) {
	encoded := base64.StdEncoding.EncodeToString([]byte("hunter2hunter2"))
	tests := []struct {
		name, secret, text string
		want               bool
	}{
		{"nothing", "hunter2", "-ERR wrong", false},
		{"as it is", "hunter2", "-ERR hunter2 is wrong", true},
		{"in a word", "hunter2", "hunter2x", true},
		{"in upper case", "hunter2", "-ERR HUNTER2?", true},
		{"in base64", "hunter2", "-ERR aHVudGVyMg==?", true},
		{"base64 that is cut", "hunter2hunter2", encoded[:13] + "...", true},
		{"behind much", "hunter2", strings.Repeat("the server says a lot ", 50) + "hunter2", true},
		{"short and alone", "abc", "[abc]", true},
		{"short in a word", "abc", "abcd dabc", false},
		{"short in base64", "abc", "-ERR YWJj", true},
		{"short in hex", "abc", "-ERR 616263", true},
		{"of one letter", "a", "a word", true},
		{"of one letter, in words", "a", "words that are [AUTH]", false},
		{"of digits", "12", "+OK 12 messages (128 octets)", true},
		{"of digits, in a number", "12", "+OK 128 octets", false},
		{"empty", "", "+OK", false},
		{"not ASCII", "pässwörd", "-ERR pässwörd", true},
		{"not ASCII, in Latin 1", "pässwörd", "-ERR p\xe4ssw\xf6rd", true},
		{"cut behind", "correct horse", "-ERR correct ho", true},
		{"cut before", "correct horse", "-ERR ...t horse", true},
		{"cut on both sides", "correct horse", "-ERR ...rect hor...", true},
		{"cut to five letters", "correct horse", "-ERR corre", false},
		{"cut in upper case", "correct horse", "-ERR CORRECT HO", true},
		{"reversed", "correct horse", "-ERR esroh tcerroc", true},
		{"six letters reversed", "secret", "-ERR terces", true},
		{"in hex", "correct horse", "-ERR 636f727265637420686f727365", true},
		{"in hex, cut", "correct horse", "-ERR 636F727265637420", true},
		{"each letter in percent", "correct horse", "-ERR %63%6F%72%72%65%63%74%20%68", true},
		{"in quoted-printable", "correct horse", "-ERR =63=6F=72=72=65=63=74=20=68=6F", true},
		{"in HTML", "horse & <cart>", "-ERR horse &amp; &lt;cart&gt;", true},
		{"quoted", `horse\"cart`, `-ERR horse\\\"cart`, true},
		{"in base64, reversed", "correct horse", "-ERR " + base64.StdEncoding.EncodeToString([]byte("esroh tcerroc")), true},
		{"base64, cut before", "correct horse", "-ERR " + base64.StdEncoding.EncodeToString([]byte("correct horse"))[6:16], true},
		{"base64 of more", "correct horse", "-ERR " + base64.StdEncoding.EncodeToString([]byte("me:correct horse"))[6:], true},
		{"base64 for URLs", "\xff\xfe\xff\xfe\xff\xfe\xff\xfe", "-ERR " + base64.URLEncoding.EncodeToString([]byte("\xff\xfe\xff\xfe\xff\xfe\xff\xfe"))[:10], true},
		{"five letters a piece", "correcthorsebattery", "-ERR corre cthor sebat", true},
		{"a word that servers use", "mypassword1", "-ERR wrong password for me", false},
		{"such a word in another", "mypassword1", "-ERR wrong password1", true},
		{"a common word", "mymessage22", "-ERR no such message, only 3 messages here", false},
		{"a common word and a blank", "mailbox x1", "-ERR the mailbox of this user is full", false},
		{"a common word and a dash", "mailbox-x1", "-ERR the mailbox-name is wrong", false},
		{"the password is a common word", "message", "-ERR no such message, only 3 messages here", true},
		{"the password is a common word that isn't there", "message", "-ERR try again later", false},
		{"much of the same", "------x", "-ERR ------", false},
		{"a year", "20261129", "-ERR since 2026", false},
		{"German", "Geheimnis!", "-ERR Anmeldung fehlgeschlagen: Benutzername oder Kennwort ist ungültig", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := New()
			c.Add(test.secret)
			if got := c.HasSecret(test.text); got != test.want {
				t.Errorf("%q in %q: %v", test.secret, test.text, got)
			}
		})
	}
}

// TestCodes has servers write passwords in all usual ways.
func TestCodes(t *testing.T) {
	each := func(format string) func(string) string {
		return func(text string) string {
			var all strings.Builder
			for _, b := range []byte(text) {
				fmt.Fprintf(&all, format, b)
			}
			return strings.TrimSpace(all.String())
		}
	}
	between := func(separator string) func(string) string {
		return func(text string) string { return strings.Join(strings.Split(text, ""), separator) }
	}
	wide := func(text string) string {
		var all strings.Builder
		for _, unit := range utf16.Encode([]rune(text)) {
			all.Write([]byte{byte(unit), byte(unit >> 8)})
		}
		return all.String()
	}
	base64Of := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	codes := map[string]func(string) string{
		"as it is": strings.Clone, "upper case": strings.ToUpper, "lower case": strings.ToLower, "reversed": reverseText,
		"hex": each("%02x"), "HEX": each("%02X"), "hex and blanks": each("%02x "), "hex and colons": each("%02x:"), "hex in pairs": func(text string) string {
			return strings.Join(strings.SplitAfterN(each("%02x")(text), "7", 3), " ")
		},
		"0x": each("0x%02x "), "0x, once": func(text string) string { return "0x" + each("%02x")(text) }, "0x and commas": each("0x%02x,"),
		"percent": each("%%%02X"), "quoted-printable": each("=%02X"), "octal": each(`\%03o`), `\x`: each(`\x%02x`), `\u`: each(`\u%04x`),
		"decimal": each("%d "), "entities": each("&#%d;"), "entities in hex": each("&#x%x;"), "HTML": html.EscapeString,
		"blanks": between(" "), "dashes": between("-"), "dots": between("."), "NULs": between("\x00"),
		"spaces of no width": between("\u200b"), "joiners": between("\u2060"), "marks": between("\u0301"), "fillers": between("\u3164"),
		"UTF-16": wide, "UTF-16 in base64": func(text string) string { return base64Of(wide(text)) },
		"UTF-16 in hex": func(text string) string { return each("%02x")(wide(text)) },
		"base64":        base64Of, "base64 twice": func(text string) string { return base64Of(base64Of(text)) },
		"base64 of upper case": func(text string) string { return base64Of(strings.ToUpper(text)) },
		"base64 behind a name": func(text string) string { return base64Of("me:" + text) },
		"base64, reversed":     func(text string) string { return reverseText(base64Of(text)) },
		"base64 in lower case": func(text string) string { return strings.ToLower(base64Of(text)) },
		"base64 in percent":    func(text string) string { return each("%%%02x")(base64Of(text)) },
		"base32":               func(text string) string { return base32.StdEncoding.EncodeToString([]byte(text)) },
		"base32 behind a name": func(text string) string { return base32.StdEncoding.EncodeToString([]byte("me " + text)) },
		"hex, reversed":        func(text string) string { return each("%02x")(reverseText(text)) },
		"full width": func(text string) string {
			return strings.Map(func(r rune) rune { return r + 0xfee0 }, text)
		},
		"in pieces of five": func(text string) string {
			var all strings.Builder
			for i := 0; i < len(text); i += 5 {
				all.WriteString(text[i:min(len(text), i+5)] + " ")
			}
			return all.String()
		},
		"percent here and there": func(text string) string {
			return strings.NewReplacer("e", "%65", "r", "%72", "u", "%75").Replace(text)
		},
	}
	for _, password := range []string{"hunter2secret", "Xk4!pw-9Zq", "correct1horse"} {
		for name, code := range codes {
			t.Run(password+" "+name, func(t *testing.T) {
				c := New("me", "pop.example.org")
				c.Add(password)
				text := "bad " + code(password) + " for me"
				if !c.HasSecret(text) {
					t.Errorf("shown: %q", text)
				}
				if c.Shown(text) != Hidden {
					t.Errorf("got %q", c.Shown(text))
				}
			})
		}
	}
}

// Names of the account are no secret, whatever the password.
func TestNames(t *testing.T) {
	tests := []struct {
		secret, text string
		want         bool
	}{
		{"example1999", "user me@example.org unknown at pop.example.org", false},
		{"pop.example", "user me@example.org unknown at pop.example.org", false},
		{"example", "user me@example.org unknown at pop.example.org", false},
		{"example", "the password was example", true},
		{"me@example.org!", "user me@example.org unknown", false},
		{"me@example.org!", "the password was me@example.org!", true},
		{"me-secret", "the password was me-secret", true},
		{"me", "me is unknown", false},
	}
	for _, test := range tests {
		c := New("me@example.org", "pop.example.org")
		c.Add(test.secret)
		if got := c.HasSecret(test.text); got != test.want {
			t.Errorf("%q in %q: %v", test.secret, test.text, got)
		}
	}
}

// What servers say holds no password by chance.
func TestOrdinaryTexts(t *testing.T) {
	texts := []string{
		"-ERR [AUTH] Authentication failed.", "Temporary authentication failure. Please try again later.",
		"+OK Dovecot (Ubuntu) ready. <3e1f.65b1a2c3.Zk3x9A==@mail.example.org>", "IMPLEMENTATION Dovecot", "SASL PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256",
		"+OK Gpop ready for requests from 192.0.2.1 5b1f17b1804b1-4357c4d0e5fmb12345", "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
		"Anmeldung fehlgeschlagen, bitte prüfen Sie Benutzername und Kennwort (https://hilfe.example.de/1234)",
		"+OK POP server ready H mimap33 1MRkvl-1qYXqB0Nnv-00TAkL", "Login delay: wait 900 seconds; see RFC 2449, section 6.5, and 0x80004005",
	}
	for _, password := range []string{"hunter2", "abcd", "Xk4!pw-9Zq", "correct horse battery staple", "12345678", "qwertz", "Sommer2026!", "ssap"} {
		c := New()
		c.Add(password)
		for _, text := range texts {
			if c.HasSecret(text) {
				t.Errorf("%q is said to be in %q", password, text)
			}
		}
	}
}

// A program that runs for months forgets the oldest tokens.
func TestManySecrets(t *testing.T) {
	c := New()
	token := func(i int) string { return fmt.Sprintf("%x", sha256.Sum256([]byte{byte(i)})) }
	for i := range maxSecrets + 1 {
		c.Add(token(i))
	}
	if c.HasSecret(token(0)) || !c.HasSecret(token(maxSecrets)) || !c.HasSecret(token(maxSecrets/2)) {
		t.Error("the wrong ones are forgotten")
	}
}

func BenchmarkHolds(b *testing.B) {
	c := New("me@example.org", "pop.example.org")
	c.Add("hunter2secret")
	for name, text := range map[string]string{
		"usual":   "[AUTH] Authentication failed for me@example.org",
		"longest": strings.Repeat("68 75 6e%20deadbeef MZXW6YTB aGVsbG8gd29ybGQ ", 32),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c.HasSecret(text)
			}
		})
	}
}

// Whatever stands before a secret and behind it, it is found.
func FuzzHolds(f *testing.F) {
	f.Add("bad ", " for me")
	f.Add(`&#x68;%7`, `5\x6`)
	f.Add("\xe4\x00aHVudGVyMg", "==\xff\\u00")
	c := New("me", "pop.example.org")
	c.Add("hunter2-of-mine")
	f.Fuzz(func(t *testing.T, before, after string) {
		if text := before + "HUNTER2-of-mine" + after; !c.HasSecret(text) {
			t.Errorf("not in %q", text)
		}
	})
}

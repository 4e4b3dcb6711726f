package pop3

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
)

func TestShown(t *testing.T) {
	const filler = "the server says a lot before it comes to the point, and it does so to be cut; "
	encoded := base64.StdEncoding.EncodeToString([]byte("hunter2hunter2"))
	tests := []struct{ name, secret, line, want string }{
		{"nothing", "hunter2", "+OK", "+OK"},
		{"as it is", "hunter2", "-ERR hunter2 is wrong", "-ERR *** is wrong"},
		{"twice", "hunter2", "hunter2hunter2 hunter2", "****** ***"},
		{"in a word", "hunter2", "[hunter2]hunter2x", "[***]***x"},
		{"in upper case", "hunter2", "-ERR HUNTER2?", "-ERR ***?"},
		{"in base64", "hunter2", "-ERR aHVudGVyMg==?", "-ERR ***?"},
		{"base64 that is cut", "hunter2hunter2", encoded[:base64Prefix+1] + "...", "***..."},
		{"where the line is cut", "hunter2", strings.Repeat("x", maxShown-3) + "hunter2", strings.Repeat("x", maxShown-3) + "***"},
		{"behind much", "hunter2", strings.Repeat(filler, 4) + "hunter2", strings.Repeat(filler, 4) + "***"},
		{"short and alone", "abc", "abc [abc] abcd dabc ABC", "*** [***] abcd dabc ***"},
		{"of one letter", "a", "a word [AUTH] a", "*** word [AUTH] ***"},
		{"of digits", "12", "+OK 12 messages (128 octets)", "+OK *** messages (128 octets)"},
		{"empty", "", "+OK", "+OK"},
		{"stars", "***", "a *** b", "a *** b"},
		{"not ASCII", "pässwörd", "-ERR pässwörd", "-ERR ***"},
		{"cut behind", "correct horse", "-ERR correct ho", "-ERR ***"},
		{"cut before", "correct horse", "-ERR ...t horse", "-ERR ...***"},
		{"cut on both sides", "correct horse", "-ERR ...rect hor...", "-ERR ...***..."},
		{"cut to five letters", "correct horse", "-ERR corre", "-ERR corre"},
		{"cut in upper case", "correct horse", "-ERR CORRECT HO", "-ERR ***"},
		{"reversed", "correct horse", "-ERR esroh tcerroc", "-ERR ***"},
		{"six letters reversed", "secret", "-ERR terces", "-ERR ***"},
		{"in hex", "correct horse", "-ERR 636f727265637420686f727365", "-ERR ***"},
		{"in hex, cut", "correct horse", "-ERR 636F727265637420", "-ERR ***"},
		{"each letter in percent", "correct horse", "-ERR %63%6F%72%72%65%63%74%20%68", "-ERR ***"},
		{"in quoted-printable", "correct horse", "-ERR =63=6F=72=72=65=63=74=20=68=6F", "-ERR ***"},
		{"in HTML", "horse & <cart>", "-ERR horse &amp; &lt;cart&gt;", "-ERR ***"},
		{"quoted", `horse\"cart`, `-ERR horse\\\"cart`, "-ERR ***"},
		{"in base64, reversed", "correct horse", "-ERR " + base64.StdEncoding.EncodeToString([]byte("esroh tcerroc")), "-ERR ***"},
		{"base64, cut before", "correct horse", "-ERR " + base64.StdEncoding.EncodeToString([]byte("correct horse"))[6:16], "-ERR ***"},
		{"base64 of more", "correct horse", "-ERR " + base64.StdEncoding.EncodeToString([]byte("me:correct horse"))[6:], "-ERR ***=="},
		{"base64 for URLs", "\xff\xfe\xff\xfe\xff\xfe\xff\xfe", "-ERR " + base64.URLEncoding.EncodeToString([]byte("\xff\xfe\xff\xfe\xff\xfe\xff\xfe"))[:10], "-ERR ***"},
		{"a word that servers use", "mypassword1", "-ERR wrong password for me", "-ERR wrong password for me"},
		{"such a word in another", "mypassword1", "-ERR wrong password1", "-ERR wrong ***"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := answered(t, "")
			c.conceal(test.secret)
			if got := c.shown([]byte(test.line)); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// TestSecretsStay has servers repeat what they are sent, in every way in which
// their words can come to light.
func TestSecretsStay(t *testing.T) {
	const password = "correct horse"
	plain := base64.StdEncoding.EncodeToString([]byte("\x00me\x00" + password))
	byUser := func(c *Client) error { return c.User("me", password) }
	byPlain := func(c *Client) error { return c.Auth(sasl.NewPlainClient("", "me", password), password) }
	tests := []struct {
		name    string
		replies string
		ask     func(c *Client) error
	}{
		{"refused", "+OK\r\n-ERR bad password: " + password + "\r\n", byUser},
		{"in a code", "+OK\r\n-ERR [" + password + "]\r\n", byUser},
		{"to USER", "-ERR [AUTH] me:" + password + "\r\n", byUser},
		{"garbled", "+OK\r\n" + password + "\r\n", byUser},
		{"without end", "+OK\r\n" + strings.Repeat(password, 9999), byUser},
		{"PLAIN", "-ERR AUTH PLAIN " + plain + "\r\n", byPlain},
		{"PLAIN in lower case", "-ERR auth plain " + strings.ToLower(plain) + "\r\n", byPlain},
		{"PLAIN, cut", "-ERR AUTH PLAIN " + plain[:20] + "\r\n", byPlain},
		{"PLAIN, decoded", "-ERR \x00me\x00" + password + "\r\n", byPlain},
		{"challenge", "+ " + plain + "\r\n-ERR " + plain + "\r\n", byPlain},
		{"challenge that is none", "+ !" + password + "\r\n", func(c *Client) error { return c.Auth(&parrot{}, password) }},
		{"later", "+OK\r\n+OK\r\n-ERR hello " + password + "\r\n", func(c *Client) error { return errors.Join(byUser(c), c.Noop()) }},
		{"in a listing", "+OK\r\n+OK\r\n+OK\r\n" + password + "\r\n", func(c *Client) error {
			_, err := c.Survey(Survey{UIDs: true})
			return err
		}},
		{"in CAPA", "+OK\r\n+OK\r\n+OK\r\nX " + password + "\r\n.\r\n-ERR\r\n", func(c *Client) error {
			err := byUser(c)
			c.Capabilities()
			return errors.Join(err, c.Noop())
		}},
		{"as a number", "+OK\r\n+OK\r\n+OK " + password + "\r\n", func(c *Client) error {
			err := byUser(c)
			_, _, statErr := c.Stat()
			return errors.Join(err, statErr)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var trace bytes.Buffer
			c := onTape(t, &tape{Reader: strings.NewReader(test.replies)}, &Options{Trace: &trace})
			c.conceal(password)
			err := test.ask(c)
			if err == nil {
				t.Error("no error")
				return
			}
			for _, told := range []string{err.Error(), trace.String()} {
				for _, word := range []string{password, "horse", plain[12:20]} {
					if strings.Contains(strings.ToLower(told), strings.ToLower(word)) {
						t.Errorf("%q is in %s", word, told)
					}
				}
			}
		})
	}
}

// A password of digits doesn't get in the way of numbers.
func TestSecretOfDigits(t *testing.T) {
	c := converse(t, nil, `
		C: USER me
		S: +OK
		C: PASS 1234
		S: +OK 1234 messages
		C: STAT
		S: +OK 1234 12345678`)
	if err := c.User("me", "1234"); err != nil {
		t.Fatal(err)
	}
	if messages, size, err := c.Stat(); messages != 1234 || size != 12345678 || err != nil {
		t.Errorf("got %d, %d, %v", messages, size, err)
	}
}

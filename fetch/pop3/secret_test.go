package pop3

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"

	"popfetch/config/secret/conceal"
)

// A text with a secret in it is hidden as a whole, also where the secret is cut.
func TestShown(t *testing.T) {
	c := answered(t, "")
	c.secrets.Add("hunter2")
	c.said.AddWhole("a digest of it")
	long := strings.Repeat("x", maxShown-3)
	for line, want := range map[string]string{
		"try again later":      "try again later",
		"hunter2 is wrong":     "***",
		"no a digest of it":    "***",
		long + "hunter2":       "***",
		long + "\r\nno hunter": long + "\r\nn",
		long + "\r\n":          long,
	} {
		if got := c.redactLine([]byte(line)); got != want {
			t.Errorf("%q: got %q", line, got)
		}
	}
}

// What is known of an account is hidden from the first byte, and what one connection
// has heard of it is by the next.
func TestSecretsKnownBefore(t *testing.T) {
	const password = "correct horse"
	secrets := conceal.New("me", "pop.example.org")
	script := func(ask func(*Client) error, replies string) (told string) {
		var trace bytes.Buffer
		c := onTape(t, &tape{Reader: strings.NewReader(replies)}, &Options{Trace: &trace, Secrets: secrets})
		err := ask(c)
		return fmt.Sprint(err) + trace.String()
	}
	script(func(c *Client) error { return c.User("me", password) }, "+OK\r\n-ERR [IN-USE]\r\n")
	greeting := func(c *Client) error { _, err := c.Greeting(); return err }
	capa := func(c *Client) error { _, err := c.Capabilities(); return err }
	for name, told := range map[string]string{
		"refused":    script(greeting, "-ERR your password was "+password+"\r\n"),
		"greeted":    script(greeting, "+OK hello "+password+"\r\n"),
		"garbled":    script(greeting, password+"\r\n"),
		"capability": script(capa, "+OK\r\nIMPLEMENTATION "+password+"\r\n.\r\n"),
		"in the yes": script(capa, "+OK "+password+"\r\n.\r\n"),
		"parting":    script(func(c *Client) error { return errors.Join(greeting(c), c.Noop()) }, "+OK\r\n-ERR "+password+"\r\n"),
	} {
		if strings.Contains(told, "horse") || !strings.Contains(told, "***") {
			t.Errorf("%s: %s", name, told)
		}
	}
}

// The greeting comes as it is, as APOP needs it.
func TestGreetingOfAPOP(t *testing.T) {
	c := onTape(t, &tape{Reader: strings.NewReader("+OK ready <1.2@host>\r\n")}, nil)
	c.secrets.Add("ready")
	if text, err := c.Greeting(); text != "ready <1.2@host>" || err != nil {
		t.Errorf("got %q, %v", text, err)
	}
}

// What a refusal means is read before it is hidden.
func TestRefusalIsReadFirst(t *testing.T) {
	tests := []struct {
		password, line, want string
		temporary, inUse     bool
	}{
		{"IN-USE", "-ERR [IN-USE] locked", `says "[IN-USE] locked"`, true, true},
		{"locked", "-ERR [IN-USE] locked", `says "[IN-USE] ***"`, true, true},
		{"SYS/TEMP", "-ERR [SYS/TEMP] down", `says "[SYS/TEMP] down"`, true, false},
		{"temporary", "-ERR temporary failure of backend", `says "***"`, true, false},
		{"temporary", "-ERR [x-temporary] wrong password", `says "[***] ***"`, false, false},
		{"maildrop", "-ERR maildrop already locked", `says "***"`, true, true},
		{"wrong", "-ERR wrong password", `says "***"`, false, false},
		{"hunter2", "-ERR [AUTH] hunter2", `says "[AUTH] ***"`, false, false},
	}
	for _, test := range tests {
		c := onTape(t, &tape{Reader: strings.NewReader("+OK\r\n" + test.line + "\r\n")}, nil)
		err := c.User("me", test.password)
		refused, ok := errors.AsType[*Error](err)
		if !ok || !strings.Contains(err.Error(), test.want) || refused.Temporary() != test.temporary || refused.InUse() != test.inUse {
			t.Errorf("%q, %q: %v, temporary %v, in use %v", test.password, test.line, err, refused.Temporary(), refused.InUse())
		}
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
			c.secrets.Add(password)
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

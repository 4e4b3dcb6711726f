package pop3

import (
	"strings"
	"testing"
)

// refusals are what servers say, word for word where the source is public, and
// what is to be made of it.
var refusals = []struct {
	server, text string
	want         meaning
}{
	{"Courier", "Temporary problem, please try again later", passing},
	{"Courier", "Maximum connection limit reached for ::ffff:192.0.2.1", passing},
	{"Courier", "Login failed.", denied},
	{"Dovecot", "Temporary authentication failure.", passing},
	{"Dovecot", "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)", passing},
	{"Dovecot", "Internal login failure. Refer to server log for more information.", passing},
	{"Dovecot", "Authentication failed.", denied},
	{"Dovecot", "Mailbox is in inconsistent state, please relogin.", passing},
	{"hMailServer", "Your mailbox is already locked", locked},
	{"hMailServer", "Server error: Failed to fetch messages in Inbox.", passing},
	{"hMailServer", "Invalid user name or password.", denied},
	{"hMailServer", "Invalid user name or password. Too many invalid logon attempts.", denied},
	{"Exchange", "Server Unavailable. 15", passing},
	{"Exchange", "Server Unavailable. 21", passing},
	{"Exchange", "Connection is closed. 14", passing},
	{"Exchange", "Logon failure: unknown user name or bad password.", denied},
	{"Hotmail", "login allowed only every 15 minutes", passing},
	{"Hotmail", "Exceeded the login limit for a 15 minute period. Reduce the frequency of requests to the POP3 server.", passing},
	{"Hotmail", "Mailbox could not be opened", passing},
	{"Hotmail", "Login to your account via a web browser", unsaid},
	{"qpopper", "Maildrop lock busy!  Is another session active?", locked},
	{"qpopper", "/var/spool/mail/.me.pop lock busy!  Is another session active? (11)", locked},
	{"qpopper", `Password supplied for "me" is incorrect.`, denied},
	{"Cyrus", "Unable to lock maildrop", locked},
	{"Cyrus", "Unable to open maildrop", passing},
	{"Cyrus", "Logins must be at least 5 minutes apart", passing},
	{"Cyrus", "Invalid login", denied},
	{"UW ipop3d", "Can't get lock.  Mailbox in use", locked},
	{"UW ipop3d", "Bad login", denied},
	{"Yahoo", "Server Unavailable. Please try again later.", passing},
	{"Yahoo", "(#AUTH005) Too many bad auth attempts", denied},
	{"Gmail", "Temporary system problem. Please try again later.", passing},
	{"Gmail", "Username and password not accepted.", unsaid},
	{"MDaemon", "Maildrop already locked", locked},
	{"MDaemon", "Too many password failures", denied},
	{"VPOP3", "Mailbox Locked", locked},
	{"others", "mailbox is locked by POP server", locked},
	{"others", "Mail file is in use by another process", locked},
	{"InterMail", "mail storage services unavailable, wait a few minutes and try again", passing},
	{"Gordano", "Busy - please try later", passing},
	{"POPFile", "minimum time between mail checks violation", passing},
	{"Tcllib", "could not aquire lock for maildrop me", locked},
	{"qmail", "aack, child crashed", passing},
	{"qmail", "unable to fork", passing},
	{"qmail", "authorization failed", denied},
	{"others", "mailbox is in maintenance mode", passing},
	{"others", "account me@example.org is currently unavailable", passing},
	{"others", "maildrop already in use", locked},
	{"others", "You have another session", locked},
	{"others", "Please come back later", passing},
	{"in German", "Login derzeit nicht möglich", passing},
	{"others", "User me is already logged in", locked},
	{"others", "too many connections", passing},
	{"others", "Too many simultaneous POP3 sessions", passing},
	{"others", "Too many login attempts, try again in 10 minutes", passing},
	{"others", "try again", passing},
	{"others", "Rate limit exceeded", passing},
	{"others", "Limit exceeded", passing},
	{"others", "Authentication failed: could not connect to backend", passing},
	{"others", "Login failed: mailbox in use", locked},
	{"others", "Service not available", passing},
	{"others", "Wrong password, please try again later", denied},
	{"others", "Authentication failed. Please try again.", denied},
	{"others", "Login incorrect, try again", denied},
	{"others", "Too many failed logins, try again later", denied},
	{"others", "no such user", denied},
	{"others", "user unknown", denied},
	{"others", "This account is no longer in use", denied},
	{"others", "Account locked", unsaid},
	{"others", "POP3 access is disabled for this account", unsaid},
	{"others", "POP3 service is not available for your account, please wait for an upgrade", unsaid},
	{"others", "Your account is not enabled for POP access", unsaid},
	{"others", "permission denied", unsaid},
	{"others", "UIDL not available", unsaid},
	{"others", "command not implemented", unsaid},
	{"others", "", unsaid},
	{"in German", "Postfach ist bereits geöffnet", locked},
	{"in German", "Mailbox gesperrt", locked},
	{"in German, Latin 1", "Ihr Postfach ist bereits ge\xf6ffnet.", locked},
	{"in German", "Sie sind bereits angemeldet", locked},
	{"in German", "Zu viele gleichzeitige Verbindungen", passing},
	{"in German", "Zu viele Anmeldeversuche, bitte später erneut versuchen", passing},
	{"in German, Latin 1", "Bitte versuchen Sie es sp\xe4ter noch einmal", passing},
	{"in German, as two letters", "Bitte spaeter erneut versuchen", passing},
	{"in German", "Login vorübergehend nicht möglich", passing},
	{"in German", "Dienst derzeit nicht verfügbar", passing},
	{"in German", "Server überlastet", passing},
	{"in German", "Wegen Wartungsarbeiten geschlossen", passing},
	{"in German", "Sie können Ihre E-Mails nur alle 15 Minuten abrufen", passing},
	{"in German", "Limit überschritten", passing},
	{"in German", "Passwort falsch, bitte versuchen Sie es später erneut", denied},
	{"in German", "Benutzername oder Kennwort ungültig", denied},
	{"in German", "Zu viele Fehlversuche", denied},
	{"in German", "Anmeldung fehlgeschlagen, bitte erneut versuchen", denied},
}

func TestMeaningOfWords(t *testing.T) {
	for _, test := range refusals {
		t.Run(test.server+": "+test.text, func(t *testing.T) {
			e := &Error{Command: "PASS", Text: test.text}
			if got := e.meaning(); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
			if temporary := test.want == locked || test.want == passing; e.Temporary() != temporary || e.InUse() != (test.want == locked) {
				t.Errorf("temporary: %v, in use: %v", e.Temporary(), e.InUse())
			}
		})
	}
}

// TestCodesBeforeWords has words that speak against the response code.
func TestCodesBeforeWords(t *testing.T) {
	for code, want := range map[string]meaning{
		CodeAuth: denied, CodeSysPerm: unsaid, CodeSysTemp: passing, CodeInUse: locked, CodeLoginDelay: passing, "ALERT": passing,
	} {
		e := &Error{Command: "PASS", Code: code, Text: "Server unavailable, try again later"}
		if got := e.meaning(); got != want {
			t.Errorf("%s: got %d, want %d", code, got, want)
		}
	}
}

// TestEveryPhraseIsSaid finds a server for each phrase: without it, the
// phrase would be a guess.
func TestEveryPhraseIsSaid(t *testing.T) {
	said := map[int]bool{}
	for _, test := range refusals {
		for i, p := range compilePhrases() {
			if p.words.MatchString(strings.ToLower(test.text)) {
				said[i] = true
				break
			}
		}
	}
	for i, p := range phrases {
		if !said[i] {
			t.Errorf("nobody says %q", p.words)
		}
	}
}

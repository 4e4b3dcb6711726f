package pop3

import (
	"regexp"
	"strings"
	"sync"
)

// A meaning is what a refusal without a response code means, by its words.
type meaning int

const (
	unsaid  meaning = iota
	denied          // the user name or the password is wrong
	locked          // somebody else has the maildrop
	passing         // the server can't now: a throttle, or something behind it that is down
)

// phrases are the words of servers that have no response code for what they
// mean, in lower case. The first that fits decides: what is plainly about a
// wrong password comes before the advice to try again. Umlauts come in any
// encoding, or as two letters.
var phrases = []struct {
	means meaning
	words string // a regular expression
}{
	// Courier: "Temporary problem, please try again later". Dovecot: "Temporary
	// authentication failure." GMX: "Login vorübergehend nicht möglich".
	{passing, `temporar|tempfail|vor.{1,2}bergehend|zeitweise|zeitweilig`},

	// Exchange: "Logon failure: unknown user name or bad password." qpopper:
	// "Password supplied for "me" is incorrect." hMailServer: "Invalid user name
	// or password. Too many invalid logon attempts." Yahoo: "Too many bad auth
	// attempts". An account that is locked for such attempts stays so if we go on.
	{denied, isWrong + `.{0,80}` + ofLogin + `|` + ofLogin + `.{0,80}` + isWrong},
	{denied, `too many .{0,20}(fail|bad|invalid|wrong|incorrect)|(fail|bad|invalid|wrong|incorrect)\w* (\w+ )?(attempts|tries)`},
	{denied, `zu viele .{0,30}(fehl|falsch|ung.{1,2}ltig)`},
	{denied, `(no longer|not) in use`},

	// POP has to be switched on, or paid for: that doesn't pass.
	{unsaid, `available (for|in|with) (your|this|free)|not (enabled|activated)|nicht (aktiviert|freigeschaltet)`},

	// qpopper: "Maildrop lock busy!  Is another session active?" Cyrus: "Unable to
	// lock maildrop". UW ipop3d: "Can't get lock.  Mailbox in use". hMailServer:
	// "Your mailbox is already locked". MDaemon, POPFile, and RFC 1939 section 7:
	// "maildrop already locked". VPOP3: "Mailbox Locked". Tcllib: "could not aquire
	// lock for maildrop".
	{locked, `lock busy|\bin use\b|already (locked|open|logged in|connected|active)|being (accessed|used|read)`},
	{locked, mailbox + `\b.{0,60}\block|` + unable + `.{0,20}\block`},
	{locked, `an ?other (session|process|user|client|program|connection)`},
	{locked, mailbox + `\b.{0,40}(gesperrt|ge.{1,2}ffnet|benutz|verwendet|gebrauch)|in (benutzung|gebrauch|verwendung)`},
	{locked, `(bereits|schon) (angemeldet|eingeloggt|ge.{1,2}ffnet|gesperrt)`},

	// Dovecot: "Maximum number of connections from user+IP exceeded". Courier:
	// "Maximum connection limit reached". Hotmail: "login allowed only every 15
	// minutes", and later "Exceeded the login limit for a 15 minute period. Reduce
	// the frequency of requests to the POP3 server." POPFile: "minimum time
	// between mail checks violation". Cyrus: "Logins must be at least 5 minutes
	// apart".
	{passing, `too many (\S+ ){0,3}(connect|session|log-?[io]n|user|client|request|process|access|poll|concurrent|simultan)`},
	{passing, `limit.{0,40}(exceed|reach|hit)|exceed.{0,60}limit|maximum .{0,20}(connection|session|login)|rate.?limit|throttl`},
	{passing, `allowed only|only (once )?every|minimum time between|must be at least|reduce the frequency|too (often|frequent|soon|fast)`},
	{passing, `zu viele .{0,40}(verbind|verbund|anmeld|sitzung|zugriff|login|anfrage|abruf|versuch)|zu (oft|h.{1,2}ufig|schnell|viel)`},
	{passing, `nur alle|limit.{0,40}(erreicht|.berschritten)|(anzahl|zahl).{0,60}(erreicht|.berschritten)`},

	// Exchange and Outlook.com: "Server Unavailable. 15", "Connection is closed.
	// 14". InterMail: "mail storage services unavailable, wait a few minutes and
	// try again". Gordano: "Busy - please try later". Dovecot: "Internal login
	// failure. Refer to server log for more information." hMailServer: "Server
	// error: Failed to fetch messages in Inbox." qmail: "aack, child crashed",
	// "unable to fork". Hotmail: "Mailbox could not be opened". Dovecot 1: "Mailbox
	// is in inconsistent state, please relogin."
	{passing, serving + `\b.{0,40}(unavailable|not available|unreachable|not responding|down\b|offline)|overload|\bbusy\b|maintenance`},
	{passing, `connection is closed|relogin|shutting down|time[- ]?out|timed out|out of memory|child crashed|could not be opened`},
	{passing, `(server|system|internal|database|backend|i/o|storage) (\w+ )?(error|problem|failure)`},
	{passing, unable + `(open|fork|scan|connect|contact|reach|access|fetch|sync|load|copy)`},
	{passing, `nicht (verf.{1,2}gbar|erreichbar)|.berlast|wartung|st.{1,2}rung\b|serverfehler|(interner|technischer|systembedingter) fehler`},
	{passing, `(derzeit|momentan|zur ?zeit|im moment|augenblicklich) nicht m.{1,2}glich`},

	// What many say behind a reason that isn't listed here. fetchmail goes by "lock"
	// and "wait" alone.
	{passing, `\b(try|retry|again|come back|please)\b.{0,30}\blater|later again|try (again )?(in|after) |\bwait\b`},
	{passing, `\bsp.{1,2}ter\b|(paar|einige|wenige|\d+) (minuten|augenblicke|stunden?)|bitte warten`},

	// Whoever fails and may try again, at once, has mistyped the password.
	{denied, proving + `.{0,30}` + isRefused + `|` + isRefused + `.{0,20}` + proving},
	{passing, `try again|retry|versuchen sie es|(erneut|noch ?mals?|wieder) (zu )?versuch`},
}

// Parts of the phrases.
const (
	isWrong   = `\b(wrong|incorrect|invalid|bad|unknown|no such|mismatch|not valid|falsch|ung.{1,2}ltig|unbekannt|fehlerhaft)`
	ofLogin   = `(password|passwd|user|log-?[io]n\b|account|credential|kennwort|passwort|benutzer|anmelde|zugangsdaten|konto)`
	proving   = `(authenti|authoriz|log ?[io]n\b|password|anmeldung)`
	isRefused = `(fail|denied|reject|refuse|fehlgeschlagen|abgelehnt|verweigert)`
	mailbox   = `(mailbox|maildrop|mail ?file|inbox|spool|postfach)`
	serving   = `(server|service|services|system|storage|backend|database|resource|host|mailbox|maildrop|account)`
	unable    = `(unable to|can't|cannot|can not|couldn't|could not|failed to) `
)

// A compiled phrase is one that can be looked for.
type compiled struct {
	means meaning
	words *regexp.Regexp
}

// compilePhrases makes them ready when the first server speaks without a code;
// most runs never need it.
var compilePhrases = sync.OnceValue(func() (all []compiled) {
	for _, p := range phrases {
		all = append(all, compiled{p.means, regexp.MustCompile(p.words)})
	}
	return all
})

// meaning reads the words of a refusal. A response code says more than they do
// (RFC 2449 section 8, RFC 3206), unless it is one that nobody knows.
func (e *Error) meaning() meaning {
	if e.isHidden {
		return e.means
	}
	switch e.Code {
	case CodeInUse:
		return locked
	case CodeLoginDelay, CodeSysTemp:
		return passing
	case CodeAuth:
		return denied
	case CodeSysPerm:
		return unsaid
	}
	text := strings.ToLower(e.Text)
	for _, p := range compilePhrases() {
		if p.words.MatchString(text) {
			return p.means
		}
	}
	return unsaid
}

// Temporary reports whether the server says that the same may work later: by its
// response code, or where it has none, by its words.
func (e *Error) Temporary() bool { return e.InUse() || e.meaning() == passing }

// InUse reports whether the server says that the maildrop is in use. That may be
// by our own last session, of which nobody has seen the end yet.
func (e *Error) InUse() bool { return e.meaning() == locked }

package fetch

import (
	"crypto/tls"
	"strings"
	"time"

	"popfetch/fetch/auth"
	"popfetch/store/ledger"
)

// secured is what the ledger knows of how an account's logins are protected. A login
// may be as strong, or stronger, and is then what counts from there on. A weaker one
// needs the word of a person: AllowWeaker, or a key of the account that names it.
//
// Who has changed from TLS to none, or the other way, has said so; the mechanisms of
// the two are told apart, as what hides a password from the network and what hides it
// from the server is not the same. Only SCRAM, which hides it from both, is expected of
// either once it was seen.
type secured struct {
	version uint16 // of TLS; 0 where no login was over it
	overTLS string // mechanism
	clear   string // mechanism without TLS
}

// clearWord stands before the mechanism without TLS in the ledger's record, as the
// version does before the other.
const clearWord = "clear"

func versionWord(version uint16) string {
	return strings.TrimPrefix(tls.VersionName(version), "TLS ")
}

// parseSecured reads the text of the ledger's record. What it can't read counts for
// nothing, as a newer popfetch may know what this one doesn't.
func parseSecured(text string) (known secured) {
	words := strings.Fields(text)
	for ; len(words) >= 2; words = words[2:] {
		if words[0] == clearWord {
			known.clear = words[1]
		}
		for version := uint16(tls.VersionTLS10); version <= tls.VersionTLS13; version++ {
			if words[0] == versionWord(version) {
				known.version, known.overTLS = version, words[1]
			}
		}
	}
	return known
}

func (k secured) String() string {
	var words []string
	if k.version != 0 {
		words = append(words, versionWord(k.version), k.overTLS)
	}
	if k.clear != "" {
		words = append(words, clearWord, k.clear)
	}
	return strings.Join(words, " ")
}

// securedBefore is what is known of the account's logins at this server, by this user.
func (j *Job) securedBefore() secured {
	known := j.Ledger
	if known == nil {
		known = j.Known
	}
	if known == nil || known.Summary().Maildrop != MaildropName(&j.Server, j.Login.User) {
		return secured{}
	}
	return parseSecured(known.Summary().Secured)
}

// leastMechanism is the one than which none may be weaker.
func (k secured) leastMechanism(overTLS bool) string {
	same, other := k.clear, k.overTLS
	if overTLS {
		same, other = other, same
	}
	if other = strings.TrimSuffix(other, "-plus"); strings.HasPrefix(other, "scram-") && (same == "" || auth.IsWeaker(same, other)) {
		return other
	}
	return same
}

// credentialsFor returns what to log in with, by no mechanism that is weaker than any
// before: than one that an earlier run used, unless a person allows it, and than one
// that this run has tried, whatever the server offers by now.
func (j *Job) credentialsFor(s *Session) auth.Credentials {
	login := j.Login
	if isSaid := login.Mechanism != "" && login.Mechanism != auth.Auto; !isSaid && !j.AllowWeaker {
		login.AtLeast = j.securedBefore().leastMechanism(s.TLS != nil)
	}
	if login.AtLeast == "" || auth.IsWeaker(login.AtLeast, *j.tried) {
		login.AtLeast = *j.tried
	}
	return login
}

// checkVersion makes sure that TLS is of no older version than before.
func (j *Job) checkVersion(state *tls.ConnectionState) error {
	isSaid := j.Server.TLS.MinVersion != 0
	before := j.securedBefore().version
	if state == nil || state.Version >= before || isSaid || j.AllowWeaker {
		return nil
	}
	return &auth.WeakerError{Now: tls.VersionName(state.Version), Before: tls.VersionName(before)}
}

// securedRecords says what to remember of how the session is protected. Where it is weaker
// than before, a person has said so, and what was before counts no more.
func (j *Job) securedRecords(s *Session) []ledger.Record {
	before := j.securedBefore()
	now := before
	if auth.IsWeaker(s.Mechanism, before.leastMechanism(s.TLS != nil)) {
		now = secured{}
	}
	if s.TLS != nil {
		now.version, now.overTLS = s.TLS.Version, s.Mechanism
	} else {
		now.clear = s.Mechanism
	}
	if now == before {
		return nil
	}
	return []ledger.Record{{Kind: ledger.Secured, Time: time.Now(), Text: now.String()}}
}

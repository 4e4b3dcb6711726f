package discover

import (
	"encoding/xml"
	"slices"
	"strconv"
	"strings"
	"time"

	"popfetch/config"
)

// maxServers bounds what is taken of one autoconfiguration.
const maxServers = 8

// A clientConfig is an autoconfiguration, as far as it's about POP3.
type clientConfig struct {
	XMLName xml.Name   `xml:"clientConfig"`
	Servers []incoming `xml:"emailProvider>incomingServer"`
}

// An incoming is one server of it. All of it is text until it's looked at.
type incoming struct {
	Type     string   `xml:"type,attr"`
	Host     string   `xml:"hostname"`
	Port     string   `xml:"port"`
	Socket   string   `xml:"socketType"`
	User     string   `xml:"username"`
	Ways     []string `xml:"authentication"`
	Interval struct {
		Minutes string `xml:"minutes,attr"`
	} `xml:"pop3>checkInterval"`
}

// Notes for what an autoconfiguration says of a server.
const (
	plainNote  = "without TLS anybody on the way can read the password and the mail"
	oauthNote  = "the server takes no password: set oauth to its provider's addresses"
	clientNote = "the server wants a certificate of yours: set tls_client_cert"
)

// socketTypes are the words for when TLS begins.
var socketTypes = map[string]config.TLSMode{
	"SSL": config.TLSImplicit, "STARTTLS": config.TLSStartTLS, "plain": config.TLSNone,
}

// parseClientConfig reads an autoconfiguration. Servers that make no sense are
// left out; the others come with the best protected first, and else as they
// stand there.
func (a address) parseClientConfig(text []byte) ([]Found, error) {
	var parsed clientConfig
	if err := xml.Unmarshal(text, &parsed); err != nil {
		return nil, webError("the answer isn't an autoconfiguration") // the error may quote it
	}
	var candidates []Found
	for _, server := range parsed.Servers {
		if f, ok := a.fromIncoming(server); ok && len(candidates) < maxServers {
			candidates = append(candidates, f)
		}
	}
	slices.SortStableFunc(candidates, func(a, b Found) int { return int(a.TLS - b.TLS) })
	return candidates, nil
}

// fromIncoming makes a candidate of a server, if it's one of POP3.
func (a address) fromIncoming(server incoming) (f Found, ok bool) {
	mode, known := socketTypes[strings.TrimSpace(server.Socket)]
	if server.Type != "pop3" || !known {
		return Found{}, false
	}
	port, err := strconv.ParseUint(strings.TrimSpace(server.Port), 10, 16)
	if err != nil || port == 0 {
		return Found{}, false
	}
	host, ok := parseHost(strings.ReplaceAll(strings.TrimSpace(server.Host), "%EMAILDOMAIN%", a.domain))
	if !ok {
		return Found{}, false
	}
	f = Found{Host: host, Port: int(port), TLS: mode, Users: a.fillUsers(server.User), MinInterval: server.loginInterval()}
	return server.describeLogin(f.fromProvider()), true
}

// describeLogin adds what the server says of the login.
func (server incoming) describeLogin(f Found) Found {
	takes := func(way string) bool {
		return slices.ContainsFunc(server.Ways, func(s string) bool { return strings.TrimSpace(s) == way })
	}
	switch {
	case takes("password-cleartext"), takes("plain"), takes("password-encrypted"), takes("secure"):
		// Which mechanism it is, is found out at the login.
	case takes("OAuth2"):
		f.Password = PasswordNone
		if f.OAuth == "" {
			f.Notes = append(f.Notes, oauthNote)
		}
	case takes("TLS-client-cert"):
		f.Notes = append(f.Notes, clientNote)
	}
	if f.TLS == config.TLSNone {
		f.Notes = append(f.Notes, plainNote)
	}
	return f
}

// maxUser bounds the name that a server is logged in to with.
const maxUser = 255

// fillUsers fills in the name that an autoconfiguration wants. One that could be no
// name, or has a placeholder in it that nobody knows, isn't taken.
func (a address) fillUsers(wanted string) []string {
	_, domain, _ := strings.Cut(a.whole[len(a.local):], "@")
	user := strings.NewReplacer(
		"%EMAILADDRESS%", a.whole, "%EMAILLOCALPART%", a.local, "%EMAILDOMAIN%", domain,
	).Replace(strings.TrimSpace(wanted))
	stripped := strings.NewReplacer("@", "", `\`, "").Replace(user) // as in DOMAIN\user
	if user == "" || len(user) > maxUser || strings.ContainsFunc(stripped, isUnfit) || strings.Contains(user, "%EMAIL") {
		return []string{a.whole, a.local}
	}
	return []string{user}
}

// loginInterval is the time between logins that the server wants, as far as one can
// believe it.
func (server incoming) loginInterval() time.Duration {
	minutes, err := strconv.ParseUint(server.Interval.Minutes, 10, 16)
	if err != nil || minutes > 24*60 {
		return 0
	}
	return time.Duration(minutes) * time.Minute
}

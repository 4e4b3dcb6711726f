package discover

import "time"

// GMX, WEB.DE and mail.com are one company's.
const (
	unitedInterval = 15 * time.Minute
	limitsLogins   = "the provider refuses logins that follow each other too soon, so min_interval is set"
)

var unitedNotes = []string{switchOn, limitsLogins, ofAppWith2F}

// german are providers of Germany.
var german = []provider{
	{
		name:    "GMX",
		domains: "gmx.de gmx.net gmx.at gmx.ch gmx.eu gmx.org gmx.biz gmx.info mail.gmx mein.gmx email.gmx",
		mx:      "gmx.net",
		server:  "pop.gmx.net", interval: unitedInterval,
		notes: unitedNotes,
	},
	{
		name:    "WEB.DE",
		domains: "web.de",
		mx:      "web.de",
		server:  "pop3.web.de", byLocal: true, interval: unitedInterval,
		notes: unitedNotes,
	},
	{
		name:     "T-Online",
		domains:  "t-online.de magenta.de",
		server:   "securepop.t-online.de",
		password: PasswordMail,
		notes:    []string{"set a password for e-mail programs on Telekom's site: that of the site itself is refused"},
	},
	{
		name:    "freenet",
		domains: "freenet.de",
		server:  "mx.freenet.de",
		notes:   []string{switchOn},
	},
	{
		name:    "mail.de",
		domains: "mail.de",
		server:  "pop.mail.de",
		notes:   []string{ofAppWith2F},
	},
	{
		name: "Posteo",
		domains: `posteo.de posteo.net posteo.at posteo.ch posteo.eu posteo.org posteo.com posteo.be posteo.co.uk posteo.uk
			posteo.dk posteo.es posteo.it posteo.jp posteo.me posteo.mx posteo.nl posteo.no posteo.pl posteo.pt posteo.se posteo.us`,
		mx:     "posteo.de",
		server: "posteo.de",
	},
	{
		name:    "mailbox.org",
		domains: "mailbox.org",
		mx:      "mailbox.org",
		server:  "pop3.mailbox.org",
		notes:   []string{ofAppWith2F},
	},
	{
		name:    "Strato",
		domains: "strato.de",
		mx:      "rzone.de",
		server:  "pop3.strato.de",
	},
	{
		name:    "1&1",
		domains: "online.de onlinehome.de sofortstart.de sofort-start.de sofortsurf.de sofort-surf.de go4more.de",
		server:  "pop.1und1.de",
	},
	{
		name:    "IONOS",
		domains: "ionos.de",
		mx:      "ionos.de kundenserver.de schlund.de",
		server:  "pop.ionos.de",
	},
	{name: "Hetzner", mx: "your-server.de", server: "mail.your-server.de"},
}

package discover

// Notes that several providers share.
const (
	switchOn    = "let POP3 be used: it's off until it's switched on in the settings of the provider's site"
	mayBeOff    = "POP3 may have to be switched on in the settings of the provider's site"
	ofApp       = "make an app password on the provider's site: the password of the site itself is refused"
	ofAppWith2F = "with two-factor login, make an app password on the provider's site: the password of the site is refused then"
)

// worldwide are providers whose customers are everywhere.
var worldwide = []provider{
	{
		name:     "Gmail",
		domains:  "gmail.com googlemail.com",
		server:   "pop.gmail.com",
		password: PasswordApp, oauth: "google",
		notes: gmailNotes,
	},
	{
		name:     "Google Workspace",
		mx:       "google.com googlemail.com",
		server:   "pop.gmail.com",
		password: PasswordApp, oauth: "google",
		notes: gmailNotes,
	},
	{
		name:     "Microsoft 365",
		mx:       "mail.protection.outlook.com mx.microsoft",
		server:   "outlook.office365.com",
		password: PasswordNone, oauth: "microsoft",
		notes: []string{
			"Microsoft refuses passwords: sign in with OAuth 2.0",
			"POP3 and foreign programs must be allowed by whoever runs the organisation's mail",
		},
	},
	{
		name: "Outlook.com",
		domains: `outlook.com hotmail.com live.com msn.com windowslive.com
			outlook.at outlook.be outlook.cl outlook.cz outlook.de outlook.dk outlook.es outlook.fr outlook.hu outlook.ie
			outlook.in outlook.it outlook.jp outlook.kr outlook.lv outlook.my outlook.ph outlook.pt outlook.sa outlook.sg
			outlook.sk outlook.co.id outlook.co.il outlook.co.th outlook.com.ar outlook.com.au outlook.com.br
			outlook.com.gr outlook.com.tr outlook.com.vn
			hotmail.be hotmail.ca hotmail.cl hotmail.cz hotmail.de hotmail.dk hotmail.es hotmail.fi hotmail.fr hotmail.gr
			hotmail.hu hotmail.it hotmail.lt hotmail.lv hotmail.my hotmail.nl hotmail.no hotmail.ph hotmail.rs hotmail.se
			hotmail.sg hotmail.sk hotmail.co.id hotmail.co.il hotmail.co.in hotmail.co.jp hotmail.co.kr hotmail.co.th
			hotmail.co.uk hotmail.co.za hotmail.com.ar hotmail.com.au hotmail.com.br hotmail.com.hk hotmail.com.tr
			hotmail.com.tw hotmail.com.vn
			live.at live.be live.ca live.cl live.cn live.de live.dk live.fi live.fr live.hk live.ie live.in live.it
			live.jp live.nl live.no live.ru live.se live.co.jp live.co.kr live.co.uk live.co.za live.com.ar live.com.au
			live.com.mx live.com.my live.com.ph live.com.pt live.com.sg livemail.tw`,
		mx:       "olc.protection.outlook.com",
		server:   "outlook.office365.com",
		password: PasswordNone, oauth: "microsoft",
		notes: []string{
			"Microsoft refuses passwords: sign in with OAuth 2.0",
			"let POP be used, in the settings of Outlook.com under Mail, Forwarding and IMAP",
		},
	},
	{
		name: "Yahoo",
		domains: `yahoo.com ymail.com rocketmail.com myyahoo.com yahoo.de yahoo.at yahoo.it yahoo.fr yahoo.es yahoo.se yahoo.dk
			yahoo.no yahoo.fi yahoo.nl yahoo.be yahoo.pl yahoo.ro yahoo.gr yahoo.ie yahoo.ca
			yahoo.in yahoo.co.in yahoo.co.uk yahoo.co.nz yahoo.co.id yahoo.co.th yahoo.co.za
			yahoo.com.au yahoo.com.ar yahoo.com.br yahoo.com.mx yahoo.com.hk yahoo.com.my yahoo.com.ph yahoo.com.sg
			yahoo.com.tr yahoo.com.tw yahoo.com.vn`,
		mx:       "am0.yahoodns.net",
		server:   "pop.mail.yahoo.com",
		password: PasswordApp,
		notes:    []string{ofApp},
	},
	{
		name: "AOL",
		domains: `aol.com aim.com netscape.net netscape.com compuserve.com cs.com wmconnect.com aol.de aol.it aol.fr aol.es aol.se
			aol.co.uk aol.co.nz aol.com.au aol.com.ar aol.com.br aol.com.mx`,
		mx:       "gm0.yahoodns.net",
		server:   "pop.aol.com",
		password: PasswordApp,
		notes:    []string{ofApp},
	},
	{
		name:     "AT&T",
		domains:  "att.net ameritech.net bellsouth.net currently.com flash.net nvbell.net pacbell.net prodigy.net sbcglobal.net snet.net swbell.net wans.net",
		server:   "inbound.att.net",
		password: PasswordApp,
		notes:    []string{"make a secure mail key on AT&T's site, which is the password here"},
	},
	{
		name:     "Fastmail",
		domains:  "fastmail.com fastmail.fm fastmail.net fastmail.org fastmail.de fastmail.uk sent.com messagingengine.com",
		mx:       "messagingengine.com",
		server:   "pop.fastmail.com",
		password: PasswordApp,
		notes:    []string{ofApp, "the Basic plan has no POP3"},
	},
	{
		name:    "Zoho Mail",
		domains: "zoho.com zohomail.com",
		server:  "pop.zoho.com",
		notes:   zohoNotes,
	},
	{name: "Zoho Mail", domains: "zohomail.eu", server: "pop.zoho.eu", notes: zohoNotes},
	{name: "Zoho Mail", domains: "zohomail.in", server: "pop.zoho.in", notes: zohoNotes},
	{name: "Zoho Mail", mx: "zoho.com", server: "poppro.zoho.com", notes: zohoNotes},
	{name: "Zoho Mail", mx: "zoho.eu", server: "poppro.zoho.eu", notes: zohoNotes},
	{name: "Zoho Mail", mx: "zoho.in", server: "poppro.zoho.in", notes: zohoNotes},
	{name: "Zoho Mail", mx: "zoho.com.au", server: "poppro.zoho.com.au", notes: zohoNotes},
	{
		name:    "GMX",
		domains: `gmx.com gmx.us gmx.co.uk gmx.es gmx.fr gmx.ca gmx.ie gmx.pt gmx.se gmx.it gmx.li gmx.ru gmx.sg gmx.tw gmx.hk gmx.ph gmx.com.br gmx.com.my gmx.com.tr gmx.co.in gmx.cn gmx.tm`,
		server:  "pop.gmx.com", interval: unitedInterval,
		notes: unitedNotes,
	},
	{
		name: "mail.com",
		domains: `mail.com email.com post.com usa.com europe.com consultant.com accountant.com engineer.com dr.com
			myself.com iname.com writeme.com techie.com cheerful.com linuxmail.org london.com`,
		mx:     "mail.com",
		server: "pop.mail.com", interval: unitedInterval,
		notes: []string{switchOn, "POP3 may be for paying customers only", limitsLogins},
	},
	{
		name:    "Runbox",
		domains: "runbox.com runbox.no rbx.email rbx.run offshore.rocks mailhouse.biz",
		mx:      "runbox.com",
		server:  "mail.runbox.com",
		notes:   []string{ofAppWith2F},
	},
}

var gmailNotes = []string{
	"let POP be used, in Gmail's settings under Forwarding and POP/IMAP",
	"sign in with OAuth 2.0, or make an app password, which Google gives to accounts with two-step verification only",
	"for Gmail to show the mail of the last 30 days to several programs, write recent: before the user, as in recent:me@gmail.com",
	"what becomes of a message that was fetched or deleted is for Gmail's own settings to say",
}

var zohoNotes = []string{
	switchOn,
	ofAppWith2F,
	"free accounts have no POP3",
}

package discover

// european are providers of other countries of Europe, and of Russia.
var european = []provider{
	{name: "Orange", domains: "orange.fr wanadoo.fr", server: "pop.orange.fr"},
	{name: "Free", domains: "free.fr", server: "pop.free.fr"},
	{name: "SFR", domains: "sfr.fr neuf.fr cegetel.net 9online.fr", server: "pop.sfr.fr"},
	{
		name: "La Poste", domains: "laposte.net", server: "pop.laposte.net",
		notes: []string{mayBeOff},
	},
	{name: "Libero", domains: "libero.it inwind.it iol.it giallo.it blu.it", server: "popmail.libero.it"},
	{
		name: "Bluewin", domains: "bluewin.ch bluemail.ch", server: "pop3s.bluewin.ch",
		password: PasswordMail,
		notes:    []string{"the password is that of the e-mail account, not that of the Swisscom login"},
	},
	{name: "BT", domains: "btinternet.com btopenworld.com", server: "mail.btinternet.com"},
	{name: "Seznam", domains: "seznam.cz email.cz post.cz", server: "pop3.seznam.cz", notes: []string{ofAppWith2F}},
	{name: "o2 Poczta", domains: "o2.pl", server: "poczta.o2.pl", notes: []string{mayBeOff, ofAppWith2F}},
	{name: "Wirtualna Polska", domains: "wp.pl", server: "pop3.wp.pl", notes: []string{mayBeOff, ofAppWith2F}},
	{
		name: "Onet", domains: "onet.pl op.pl vp.pl onet.eu poczta.onet.pl", server: "pop3.poczta.onet.pl",
		notes: []string{mayBeOff},
	},
	{name: "Interia", domains: "interia.pl interia.eu interia.com poczta.fm vip.interia.pl intmail.pl", server: "poczta.interia.pl"},
	{
		name: "Mail.ru", domains: "mail.ru inbox.ru list.ru bk.ru internet.ru", mx: "mail.ru", server: "pop.mail.ru",
		password: PasswordApp, notes: []string{ofApp, mayBeOff},
	},
	{
		name:    "Yandex",
		domains: "yandex.ru yandex.com yandex.by yandex.kz yandex.ua yandex.net ya.ru narod.ru",
		mx:      "yandex.net yandex.ru", server: "pop.yandex.com",
		password: PasswordApp, notes: []string{switchOn, ofApp},
	},
}

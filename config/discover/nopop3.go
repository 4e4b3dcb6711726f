package discover

// withoutPOP3 are providers that have none, so that nobody looks for it.
var withoutPOP3 = []provider{
	{
		name: "iCloud Mail", domains: "icloud.com me.com mac.com", mx: "mail.icloud.com",
		way: "Apple offers IMAP only; iCloud can forward mail to an address that has POP3",
	},
	{
		name: "Proton Mail", domains: "proton.me protonmail.com protonmail.ch pm.me", mx: "protonmail.ch",
		way: "Proton's Bridge offers IMAP only; paying customers can forward mail to an address that has POP3",
	},
	{
		name: "Tuta", domains: "tuta.com tuta.io tutanota.com tutanota.de tutamail.com keemail.me", mx: "tutanota.de",
		way: "Tuta offers neither POP3 nor IMAP: mail can be read with its own programs only",
	},
	{
		name: "HEY", domains: "hey.com", mx: "hey.com",
		way: "HEY offers neither POP3 nor IMAP; it can forward mail to an address that has POP3",
	},
}

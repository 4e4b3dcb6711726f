package discover

// hosting are providers of mail for domains that are somebody else's.
var hosting = []provider{
	{name: "IONOS", domains: "ionos.com 1and1.com", mx: "ionos.com 1and1.com perfora.net", server: "pop.ionos.com"},
	{name: "IONOS", domains: "ionos.co.uk 1and1.co.uk", mx: "ionos.co.uk 1and1.co.uk", server: "pop.ionos.co.uk"},
	{name: "IONOS", domains: "ionos.es", mx: "ionos.es 1and1.es", server: "pop.ionos.es"},
	{name: "IONOS", domains: "ionos.fr", mx: "ionos.fr 1and1.fr", server: "pop.ionos.fr"},
	{name: "IONOS", domains: "ionos.it", mx: "ionos.it", server: "pop.ionos.it"},
	{
		name: "OVH", mx: "mail.ovh.net", server: "ssl0.ovh.net",
		notes: []string{"an Exchange or E-mail Pro account has another server, which OVH's control panel names"},
	},
	{name: "Gandi", mx: "mail.gandi.net", server: "mail.gandi.net"},
	{
		name: "Infomaniak", domains: "ik.me ikmail.com etik.com", mx: "infomaniak.ch infomaniak.com",
		server: "mail.infomaniak.com", notes: []string{ofAppWith2F},
	},
	{name: "Migadu", domains: "migadu.com", mx: "migadu.com", server: "pop.migadu.com"},
	{name: "Rackspace", mx: "emailsrvr.com", server: "secure.emailsrvr.com"},
	{name: "GoDaddy", mx: "secureserver.net", server: "pop.secureserver.net"},
	{name: "Namecheap", mx: "privateemail.com", server: "mail.privateemail.com"},
	{name: "Hostinger", mx: "hostinger.com", server: "pop.hostinger.com"},
	{name: "Titan", mx: "titan.email", server: "pop.titan.email"},
}

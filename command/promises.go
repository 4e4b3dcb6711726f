package command

// A promise is one that the program makes, and how it is tested: by what, in words,
// and by the tests of these names, and the stories in testdata/script.
type promise struct {
	text, how string
	tests     []string
}

// promises are those of the manual; a test demands that their tests are there.
var promises = []promise{
	{
		"Each message once, whatever is killed, unplugged or full.",
		"The program dies before every change of the file system, with and without the loss of what wasn't synced; it is killed at random; " +
			"games are played in which servers, disks and programs fail, against a model.",
		[]string{"TestCrash", "TestPowerLoss", "TestCrashAtRandom", "TestSoak", "TestModel", "TestFaultsOfMailbox", "disk_full"},
	},
	{
		"Nothing is deleted on the server unless its bytes lie in the mailbox.",
		"Servers give UIDs to other messages, change all of them, lie with TOP and LIST, and lose a QUIT.",
		[]string{"TestLiarProves", "TestMatchProve", "TestFaultsOfDeletion", "reused_uid", "uid_twice", "deletion"},
	},
	{
		"Mail is stored as it was sent.",
		"Messages with odd lines and odd bytes come from Dovecot and from a server in memory, and are compared byte for byte.",
		[]string{"TestRunCorpus", "TestStrayBytes", "corpus"},
	},
	{
		"One bad server takes nothing from the others.",
		"Servers that send a byte now and then hold all slots; lists, lines and UIDs have no end; memory is measured.",
		[]string{"TestSlowServers", "TestTooSlow", "TestListingBeyondBounds", "TestLongUIDs", "TestListingMemory", "TestMessageMemory", "max_time"},
	},
	{
		"Other people's files are never followed, read or obeyed.",
		"A second user of the system lays traps: links, files made beforehand, folders that he can write. " +
			"And what people have stays usable: /var/mail, private groups, volumes, containers, credentials.",
		[]string{"TestStrangers", "TestNeighbours", "TestCheckEntries", "TestStranger"},
	},
	{
		"No login is weaker than before, and no password goes over a network in the clear.",
		"A server in between refuses SCRAM, offers less after a retry, has an older TLS, or takes away STLS; LMTP without TLS is refused.",
		[]string{"TestWeakerMechanism", "TestWeakerRetry", "TestWeakerTLS", "TestSCRAMDowngraded", "TestNoNextMechanismInTheClear", "weaker", "stls", "sync_lmtp_tls"},
	},
	{
		"No secret is in a log, a trace, an error, a process list or another command's environment.",
		"Servers repeat passwords, whole, in part, reversed and in all usual codes, before the login and after it; everything that is written is searched; " +
			"the memory of a running program is asked for.",
		[]string{
			"TestHolds", "TestCodes", "TestSecretsStay", "TestSecretsKnownBefore", "TestConcealsUIDs", "TestSecretsDontLeak", "TestKnownSecretsDontLeak", "TestTokensDontLeak", "TestNoProcessReadsTheProgram", "TestNoCore", "password_sources",
		},
	},
	{
		"A terminal is shown nothing that it would obey.",
		"Messages, headers, UIDs and words of servers have control characters in them.",
		[]string{"cat_terminal", "output", "TestListOnATerminal"},
	},
	{
		"A run may do no more than it needs.",
		"A process in the sandbox tries what it must not, a password file becomes a link to a key of the user, and systemd starts the units.",
		[]string{"TestEnter", "TestServiceIsSandboxed", "TestSystemUnitIsHardened", "TestSystemUnitDoesItsWork", "sandbox"},
	},
}

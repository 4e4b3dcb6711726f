package debiantest

// A Kind is one of the servers.
type Kind struct {
	Name string

	session []string                  // the program for one connection, and its arguments
	environ []string                  // what it is told of the connection
	files   map[string]string         // its configuration, by path in the root
	prepare func(s *Server) error     // starts what it needs beside that, if anything
	mailbox func(root string) mailbox // where it looks for mail
}

// Courier is courierpop3d of courier-pop, with its own login program and its own daemon to check
// passwords. It keeps mail in a Maildir.
var Courier = Kind{
	Name:    "courier-pop",
	session: []string{"/usr/lib/courier/courier/courierpop3login", "/usr/lib/courier/courier/courierpop3d", "Maildir"},
	environ: []string{
		"TCPREMOTEIP=127.0.0.1", "TCPREMOTEPORT=1024", "TCPLOCALIP=127.0.0.1", "TCPLOCALPORT=110", "PROTOCOL=POP3",
	},
	files: map[string]string{
		"etc/courier/authdaemonrc": "authmodulelist=\"authpam\"\nauthmodulelistorig=\"authpam\"\n" +
			"daemons=1\nauthdaemonvar=/run/courier/authdaemon\n",
		"etc/pam.d/pop3": checkPassword,
	},
	prepare: startAuthdaemon,
	mailbox: newMaildir,
}

// Popa3d is popa3d. It keeps mail in an mbox.
var Popa3d = Kind{
	Name:    "popa3d",
	session: []string{"/usr/sbin/popa3d"},
	files:   map[string]string{"etc/pam.d/popa3d": checkPassword},
	mailbox: newSpool,
}

// Mailutils is pop3d of GNU Mailutils. It keeps mail in an mbox, too, and reads the passwords of the
// system by itself.
var Mailutils = Kind{
	Name:    "mailutils-pop3d",
	session: []string{"/usr/sbin/pop3d", "--inetd", "--config-file=/etc/pop3d.conf"},
	files: map[string]string{
		"etc/pop3d.conf": "logging { syslog no; };\n",
	},
	mailbox: newSpool,
}

// Kinds are all of them.
var Kinds = []Kind{Courier, Popa3d, Mailutils}

// checkPassword has PAM compare the password with that in the root's own /etc/shadow, without the
// pause of two seconds that it makes by itself when the password is wrong.
const checkPassword = "auth required pam_unix.so nodelay\naccount required pam_unix.so\n"

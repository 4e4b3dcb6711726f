package program

import (
	"strings"
)

type fetchmail struct{}

// Name is that of the program and of what delivers for it.
func (fetchmail) Name() string { return "fetchmail + procmail" }

// Version asks both programs.
func (fetchmail) Version() (string, error) {
	own, err := versionOf("fetchmail", "--version")
	if err != nil {
		return "", err
	}
	deliverer, err := versionOf("procmail", "-v")
	return own + " + " + deliverer, err
}

// Configure writes fetchmailrc, the list of UIDs, and a procmailrc for each account. It is told
// the name in the certificate, because it takes no certificate for an address. Procmail has to be told
// the sender to write the line that begins a message in an mbox.
func (fetchmail) Configure(t *Task) (remembers bool, err error) {
	var rc strings.Builder
	rc.WriteString(replace(`set no syslog
set idfile "{ids}"
set pidfile "{pid}"
poll {host} protocol pop3 port {port} uidl
`, "ids", t.path("fetchids"), "pid", t.path("pid"), "host", t.host(), "port", t.port()))
	var ids strings.Builder
	for _, a := range t.Accounts {
		rc.WriteString(replace(`	user "{user}" password "{password}" keep ssl sslcertck sslcertfile "{ca}" sslcommonname "localhost"
	mda "/usr/bin/procmail {from}{procmailrc}"
`, "user", a.User, "password", a.Password, "ca", t.CAFile, "from", kind(t, "", "-f %F "), "procmailrc", t.path("procmailrc-"+a.User)))
		for _, uid := range a.Seen {
			ids.WriteString(a.User + "@" + t.host() + " " + uid + "\n")
		}
		err := t.write("procmailrc-"+a.User, "SHELL=/bin/sh\nDEFAULT="+t.Mailbox(a.User)+kind(t, "/", "")+
			"\nORGMAIL=$DEFAULT\n")
		if err != nil {
			return false, err
		}
	}
	if ids.Len() > 0 {
		err = t.write("fetchids", ids.String())
	}
	if err == nil {
		err = t.write("fetchmailrc", rc.String())
	}
	return true, err
}

// Args fetch all accounts, one after the other.
func (fetchmail) Args(t *Task) []string {
	return []string{"fetchmail", "--silent", "--nodetach", "--fetchmailrc", t.path("fetchmailrc")}
}

// Fine has 1, which means that there was no mail.
func (fetchmail) Fine() []int { return []int{1} }

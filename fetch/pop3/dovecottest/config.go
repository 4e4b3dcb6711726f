package dovecottest

import (
	"strings"
	"text/template"
)

// config is what the configuration file is filled in with.
type config struct {
	Home, User, Group             string
	PlainPort, TLSPort            int
	Greeting                      string
	Mechanisms, UIDLFormat, Extra string
}

// configText is a Dovecot that needs no privileges: everybody it would switch to is the account
// that it runs as already, and no service locks itself into a chroot.
//
// Each user has a password file of his own, because Dovecot looks at a shared one at most once a
// second, too seldom for a test that adds a user and logs in.
// Two of Dovecot's defences are off because they only cost time here: the pause after a refused
// login, and the longer and longer pauses for an address that was refused often (the penalty).
var configText = template.Must(template.New("config").Parse(`
base_dir = {{.Home}}/run
state_dir = {{.Home}}/state
log_path = {{.Home}}/log
protocols = pop3
listen = 127.0.0.1
default_internal_user = {{.User}}
default_internal_group = {{.Group}}
default_login_user = {{.User}}
first_valid_uid = 1
login_greeting = {{.Greeting}}

ssl = yes
ssl_cert = <{{.Home}}/server.pem
ssl_key = <{{.Home}}/server.key

disable_plaintext_auth = no
auth_mechanisms = {{.Mechanisms}}
auth_username_chars =
auth_username_format = %u
auth_failure_delay = 0
auth_verbose = yes
passdb {
  driver = passwd-file
  args = {{.Home}}/users/%u
}
userdb {
  driver = passwd-file
  args = {{.Home}}/users/%u
}
mail_location = maildir:~/Maildir
pop3_uidl_format = {{.UIDLFormat}}

service pop3-login {
  chroot =
  service_count = 0
  inet_listener pop3 {
    port = {{.PlainPort}}
  }
  inet_listener pop3s {
    port = {{.TLSPort}}
    ssl = yes
  }
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
{{.Extra}}
`))

// String returns the text of the configuration file.
func (c config) String() string {
	var text strings.Builder
	if err := configText.Execute(&text, c); err != nil {
		panic(err) // The template knows only fields that exist.
	}
	return text.String()
}

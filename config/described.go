package config

// A Description tells a person what some keys of an account are for.
type Description struct {
	Keys []string
	Text string // with what is typed between backticks
}

// Descriptions are those of all keys, in the order of interest. The manual and
// the README have them from here.
var Descriptions = []Description{
	{[]string{"enabled"}, "`true`; `false`: only when named on the command line"},
	{[]string{"server"}, "`host`, `host:port`, `[v6]:port`; without a port 995 for `tls: implicit`, else 110"},
	{[]string{"tls"}, "`implicit` (POP3S), `starttls` (STLS, required), `none`"},
	{
		[]string{"tls_ca_file", "tls_server_name", "tls_min_version"},
		"whom to trust, by what name, from which version on (`1.2`; `1.0`, `1.1`, `1.3`)",
	},
	{[]string{"tls_fingerprint"}, "one or a list of `sha256:HEX`: trusts exactly these certificates"},
	{[]string{"tls_client_cert", "tls_client_key"}, "a certificate of your own to show"},
	{[]string{"tls_insecure"}, "`false`; `true` trusts anybody, and says so on each run"},
	{
		[]string{"tls_legacy"},
		"`none`; for an old server one or a list of `rsa` (key exchange by RSA), `3des`, `small-hello` (no long first message, and so " +
			"no post-quantum keys)",
	},
	{[]string{"user"}, "the login"},
	{
		[]string{"auth"},
		"`auto`, `scram-sha-256`, `scram-sha-1`, `cram-md5`, `plain`, `login`, `user`, `apop`, `oauthbearer`, `xoauth2`, `external`",
	},
	{
		[]string{"password_command", "password_file", "password_env", "password"},
		"one of them; else the keyring; else a prompt on the terminal",
	},
	{[]string{"allow_plaintext_auth"}, "`false`; `true` lets the password cross the network without TLS"},
	{
		[]string{"oauth"},
		"`provider` (`google`, `microsoft`) or `auth_url`, `token_url`, `device_url`; `client_id`, `client_secret`, `scopes`; " +
			"or only `token_command`",
	},
	{
		[]string{"maildir", "mbox", "pipe", "lmtp"},
		"one of them: a folder, a file, a command of the shell, or a server of LMTP (`host:port`, or the path of a socket) " +
			"with `lmtp_recipient`, or as a map of `server`, `recipient`, `tls` (`starttls`; `none`, which is the default to this machine only) " +
			"and any `tls_…` key of an account",
	},
	{[]string{"lmtp_recipient"}, "whose mail it is to the server of LMTP"},
	{[]string{"delete"}, "`never`, `fetched`, or a time since the fetch such as `14d`"},
	{[]string{"start"}, "`all`; `now` leaves what is there at the first sync; `last 100` all but the newest hundred"},
	{
		[]string{"max_size", "max_messages"},
		"`none`; such as `50MB`; such as `1000` for one session: the rest stays on the server",
	},
	{
		[]string{"filter"},
		"a command that gets the header of each new message: exit code 0 fetches it, 1 deletes it on the server, 2 leaves it there",
	},
	{
		[]string{"min_interval"},
		"`none`; `12m`: a sync sooner than that after the last login is skipped, as with the server's LOGIN-DELAY",
	},
	{[]string{"error_grace"}, "`0`; `3h`: with `--quiet`, how long what mostly passes by itself isn't shown"},
	{
		[]string{"on_new"},
		"a command that is run after a sync that brought mail, with `POPFETCH_ACCOUNT` and `POPFETCH_NEW` in its environment",
	},
	{
		[]string{"timeout", "connect_timeout"},
		"`60s` without a byte in either direction, and then 3 minutes for greeting, login, lists and QUIT; another value is for all of them. `30s`",
	},
	{
		[]string{"proxy"},
		"`none`; `socks5://host:port` or `socks5://user:pass@host:port`, which is told the server's name, and looks it up",
	},
	{[]string{"pipelining"}, "`auto` (as the server announces), `on`, `off`"},
}

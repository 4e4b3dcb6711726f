package command

import (
	"strings"

	"popfetch/packaging"
)

// What the manual says beside what the help has.
const (
	manDescription = `popfetch fetches mail from POP3 servers into a Maildir or an mbox. Every message ends up there exactly once, byte for byte, whatever is killed, unplugged or full at any moment; a message is deleted on the server only after it lies safely on disk.

By default the connection is TLS on port 995 with a verified certificate, and the mail stays on the server.`

	manConfiguration = "The file is YAML. An unknown key, a wrong type or a bad value is an error that names the line and what would be right; " +
		"all problems are shown at once. `~` and `$VAR` open in paths. `defaults` holds keys for every account; an account's own value wins, " +
		"and `null` takes one back, as in `filter: null`.\n\n" + `  defaults:
    delete: 14d
  accounts:
    work:
      server: pop.example.org
      user: me@example.org
      maildir: ~/Mail/work

A file with a password, a client secret or a proxy's login in it must be its owner's alone, or it is refused. The keys of an account, with their values, the default first:`

	manLogins = "No login is weaker than one before, by the same user at the same server. The ledger keeps the mechanism and the version of TLS; " +
		"less is refused before anything secret is sent, with exit code 77, whatever the server offers by then. " +
		"From the strongest on: `external`; SCRAM bound to TLS; `scram-sha-256`; `scram-sha-1`; `cram-md5`; `apop`; and alike `plain`, `login` and `user`. " +
		"`sync --allow-weaker ACCOUNT` takes what the server has become, and that counts from then on; what is better counts as soon as it is used. " +
		"An `auth` that is named in the configuration is taken as it is, and so is every version of TLS from a `tls_min_version` there on: " +
		"that is the way where several servers with one name differ. With `tls: none`, and with TLS again, each has its own mechanism, but none is weaker than a SCRAM that the other had."

	manOwners = `Configuration, passwords, certificates, state, locks, mbox and Maildir are reached only through folders and links that belong to the user who runs popfetch or to root, and that nobody else can write. What they lead to must be such too. In a folder with the sticky bit others may make files: there the file must be the user's own, and have no second name. A Maildir or a state folder can't itself be such a folder. The error names the first folder, link or file that isn't trusted, and the chmod or chown that helps.

A group that can write is no harm if its members are the user, root and system accounts, whose numbers are below 1000 (UID_MIN of /etc/login.defs): the private group of a user, the group mail of /var/mail, a group that Kubernetes gives a volume. Where users come from elsewhere than /etc/passwd, only a group with the number of the user, or of a system account, is known to be such. In a container, a folder that was mounted there may be open to everybody, what is owned by a user whom the container doesn't have is trusted, and a user without a shell is a system account. Modes that a disk of Windows makes up (in WSL or a container) count for nothing. On NFS with root squash root's files belong to nobody. In a user namespace without root, root's folders can't be told from those of others: there they are trusted if only their owner can write them. Pipes that a shell hands over, such as <(COMMAND), are read.

The file of a key (tls_client_key) is one that nobody else can read, as is a password_file.

Root obeys no configuration and no password of anybody else. It writes into folders of root and of system accounts only, and appends to the mbox of a person only in such a folder, as /var/mail: in one with the sticky bit, only if the file has the name of its owner. For the folders of people run popfetch as the person: User= in the unit, or setpriv.

On Windows owners and modes aren't looked at.`

	manSandbox = `On Linux, sync, list, cat, check, mark and delete give up, once the configuration is read, what they won't need, as far as the kernel has Landlock: they write only below the mailboxes and the state folder, read only what logins and the look-up of names want, connect only to the TCP ports in use, and start, signal and trace no other program. UDP and sockets with a path stay free, for name servers and the keyring.

The sandbox holds for the whole process, and a command may need anything. So a run that may start one for any of its accounts keeps what it has: a password_command or token_command, and in sync a pipe, filter or on_new. Sync such accounts by a run of their own. The same goes for an account whose mbox or Maildir is the home folder or lies in it without a folder between, and for a keyring that is reached otherwise than by a socket. check tells it for each account, and --verbose when a run isn't sandboxed.

With --every, files that the run reads may be replaced by others: so it may read the folders that they lie in, and all of /etc, where the list of name servers is. A file in the home folder itself isn't worth that, and there is no sandbox then. A folder that is replaced by another isn't the same to the sandbox; and where a new configuration wants more than the run has kept, it is refused, and the old one stays. Restart popfetch then.`

	manPromises = `What popfetch promises, and how that is tested. Names with a capital are tests of Go, the others stories in testdata/script.`

	manOutput = "What was asked for goes to stdout. Progress, warnings and errors go to stderr, as `popfetch: ACCOUNT: what failed: why`, " +
		"and where there is a way out `popfetch: hint:` and the way. Text from a server is shown with control characters escaped. " +
		"`cat` does so on a terminal only, and not with `--raw`: a pipe or a file gets the message byte for byte.\n\n" +
		"`sync` prints a line for each account:\n\n" +
		"  work: 3 new messages (42 KB), 1 deleted, 1 skipped, 0 failed in 0.4 s\n\n" +
		"With `--every` each line has the time, and a poll with nothing new prints none without `--verbose`. A sync of several accounts " +
		"ends with a line on stderr that names those that failed. " +
		"With `--json` it is an object a line, with `account`, `new`, `bytes`, `deleted`, `skipped`, `failed`, `on_server`, `seconds` and `error`, " +
		"which is null when all went well. `list --json` prints `number`, `uid`, `size`, `date`, `from`, `subject`, `message_id` and `state`. " +
		"`--quiet` leaves nothing but errors, and `--trace` shows the POP3 dialogue, safe to paste: messages as a number of bytes, and what holds a secret as `***`.\n\n" +
		"Where a server repeats a password or a token, whole or a piece that is no ordinary word, reversed or in a usual code, its whole text is `***`: " +
		"a gap would show which word it was. So is a UID that holds it; the ledger has it as it is. What needs nobody to be asked " +
		"(`password`, `password_file`, `password_env`) is hidden from the greeting on, the rest from the login on, and then on all connections of the program. " +
		"A server that means to show a password can still do so in a code of its own."

	manSeveralAccounts = "Of several accounts all run. The first lasting failure in the order of the configuration decides, else the first temporary one, 69 or 75."

	manSeeAlso = "`fetchmail`(1), `getmail`(1), `mpop`(1), `crontab`(5), `systemd.timer`(5), `systemd.exec`(5)"
)

// environment lists the variables that are read. Those in a path of the
// configuration are the person's own.
var environment = []struct {
	names []string
	text  string
}{
	{[]string{"POPFETCH_CONFIG"}, "the configuration file, unless `--config` is given"},
	{[]string{"POPFETCH_STATE_DIR"}, "the folder of the ledgers, unless `--state-dir` is given"},
	{[]string{"POPFETCH_PASSWORD"}, "the password of an account that is named by URL; no command sees it, nor the variables of `password_env`"},
	{[]string{"XDG_CONFIG_HOME", "XDG_STATE_HOME"}, "what stands in the place of `~/.config` and `~/.local/state`; relative ones are ignored"},
	{[]string{"HOME"}, "the folder that `~` stands for"},
	{[]string{"CREDENTIALS_DIRECTORY"}, "where systemd keeps the credentials of a service; a `password_file` in there may be readable by its group. Of the commands only those that print a password or a token see it"},
	{[]string{"BROWSER", "DISPLAY", "WAYLAND_DISPLAY"}, "the browser that `login` opens, and whether there may be one"},
	{[]string{"TERM"}, "`dumb` for a terminal on which `sync` draws no bars and no colours"},
	{[]string{"NO_COLOR"}, "if it isn't empty, there are no colours, unless `--color always` is given"},
	{[]string{"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}, "how systemd wants to hear of a service: `sync --every`"},
	{[]string{"DBUS_SESSION_BUS_ADDRESS"}, "how the keyring is reached"},
	{[]string{"HTTPS_PROXY", "NO_PROXY"}, "the proxy to an OAuth provider, unless the account has a `proxy`; mail never goes through it"},
}

// files lists what lies where.
var files = []struct{ path, text string }{
	{"`~/.config/popfetch/config.yaml`", "the configuration"},
	{"`~/.config/popfetch/passwords/`ACCOUNT", "a password that popfetch init keeps in a file"},
	{"`~/.local/state/popfetch/`ACCOUNT`.ledger`", "what is known of each message, as text"},
	{"`~/.local/state/popfetch/`ACCOUNT`.lock`", "held by the run that has the account"},
	{"`~/.local/state/popfetch/`ACCOUNT`.spool`", "messages on their way to an mbox"},
	{"`~/.local/state/popfetch/`ACCOUNT`.token`", "an OAuth token, where it isn't in the keyring"},
	{"`~/.local/state/popfetch/config-lock`", "held by the run of popfetch init that writes"},
}

// timers are the ways to let something else start popfetch.
var timers = []struct{ file, title, before, after string }{
	{"cron/crontab", "cron", "Silent when all is well, new mail or not:", ""},
	{"systemd/user/popfetch.service", "systemd", "Without a keyring, the password comes as a credential of the service:", ""},
	{"systemd/user/popfetch.timer", "", "The timer that starts it:", "  systemctl --user enable --now popfetch.timer"},
	{
		"systemd/user/popfetchd.service", "", "Or a service that stays running, and is told to systemd as such:",
		"  systemctl --user enable --now popfetchd",
	},
	{
		"systemd/system/popfetch@.service", "", "For the mail of users of a server, started by root and run as each of them, with no right to anything else:", "",
	},
	{"systemd/system/popfetch@.timer", "", "", "  systemctl enable --now popfetch@joe.timer"},
	{
		"launchd/popfetch.plist", "launchd", "On macOS:",
		"  launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/popfetch.plist",
	},
}

const manScripts = `In scripts:

  popfetch list work --new --json | jq -r .uid       # what is there
  popfetch cat work --latest                         # one message, byte for byte
  popfetch cat work 4f1c --mark --delete > m.eml     # take it`

func (r *roff) examples() {
	r.section("EXAMPLES")
	r.text(manScripts)
	for _, t := range timers {
		if t.title != "" {
			r.part(t.title)
		}
		if t.before != "" {
			r.text(t.before)
		}
		content, err := packaging.Files.ReadFile(t.file)
		if err != nil {
			panic(err) // it is part of the program
		}
		r.text("  " + strings.ReplaceAll(strings.TrimSuffix(string(content), "\n"), "\n", "\n  "))
		if t.after != "" {
			r.text(t.after)
		}
	}
}

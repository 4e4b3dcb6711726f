package config

import (
	"time"

	"popfetch/fetch/rule"
)

// An Account is one server login with its rules and its mailbox. Commands are
// for /bin/sh -c; paths are absolute.
type Account struct {
	Name    string // also a file name in the state folder
	Enabled bool   // false: only when it's named on the command line

	Login
	Mailbox Mailbox

	rule.Rules
	Filter string
	OnNew  string

	MinInterval time.Duration // 0: none
	ErrorGrace  time.Duration
	Pipelining  Pipelining
}

// defaultAccount holds the value of every key that isn't given.
func defaultAccount(name string) Account {
	return Account{Name: name, Enabled: true, Login: defaultLogin(name)}
}

// ruleKeys are the keys that say what becomes of messages, and when.
var ruleKeys = []key[Account]{
	{
		name: "delete", help: "`never`, `fetched`, or a time since the fetch such as `14d`",
		try: "2w", set: func(f field, a *Account) { readValue(f, &a.Delete, parseDelete) },
	},
	{
		name: "start", help: "`all`; `now` leaves what is there at the first sync; `last 100` all but the newest hundred",
		try: "last 5", set: func(f field, a *Account) { readValue(f, &a.Start, parseStart) },
	},
	{
		name: "max_size", help: "`none`; such as `50MB`; such as `1000` for one session: the rest stays on the server",
		try: "10 MiB", set: func(f field, a *Account) { readValue(f, &a.MaxSize, parseSize) },
	},
	{name: "max_messages", try: "7", set: func(f field, a *Account) { readValue(f, &a.MaxMessages, parseCount) }},
	{
		name: "filter",
		help: "a command that gets the header of each new message: exit code 0 fetches it, 1 deletes it on the server, 2 leaves it there",
		try:  "grep -q ~x", set: func(f field, a *Account) { f.readCommand(&a.Filter) },
	},
	{
		name: "min_interval",
		help: "`none`; `12m`: a sync sooner than that after the last login is skipped, as with the server's LOGIN-DELAY",
		try:  "1d", set: func(f field, a *Account) { readValue(f, &a.MinInterval, parseInterval) },
	},
	{
		name: "error_grace", help: "`0`; `3h`: with `--quiet`, how long what mostly passes by itself isn't shown",
		try: "3h", set: func(f field, a *Account) { readValue(f, &a.ErrorGrace, ParseDuration) },
	},
	{
		name: "on_new",
		help: "a command that is run after a sync that brought mail, with `POPFETCH_ACCOUNT` and `POPFETCH_NEW` in its environment",
		try:  "notify", set: func(f field, a *Account) { f.readCommand(&a.OnNew) },
	},
	{
		name: "pipelining", help: "`auto` (as the server announces), `on`, `off`",
		try: "on", set: func(f field, a *Account) { readChoice(f, &a.Pipelining, pipelinings) },
	},
}

// Title is what a person calls the account: its name, or user@host where it was
// named by a URL.
func (a Account) Title() string {
	if a.Password.URL {
		return a.User + "@" + a.serverText()
	}
	return a.Name
}

// serverText is the host, with the port where that isn't the usual one.
func (a Account) serverText() string {
	if a.Port == a.TLS.Mode.defaultPort() {
		return a.Host
	}
	return a.Address()
}

// complete fills in what follows from other keys.
func (a *Account) complete() { a.Login.complete(TLSMode.defaultPort) }

// Pipelining says whether commands are sent before earlier ones are answered.
type Pipelining int

// The values of pipelining.
const (
	PipeliningAuto Pipelining = iota // as the server announces
	PipeliningOn
	PipeliningOff
)

// pipelinings are the words for Pipelining, by value.
var pipelinings = []string{"auto", "on", "off"}

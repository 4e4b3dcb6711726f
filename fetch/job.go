package fetch

import (
	"popfetch/fetch/auth"
	"popfetch/fetch/dial"
	"popfetch/fetch/pop3"
	"popfetch/fetch/rule"
	"popfetch/store"
	"popfetch/store/ledger"
)

// A Job is one account's sync: where from, where to, and by which rules.
type Job struct {
	Server  dial.Server
	Login   auth.Credentials
	Client  pop3.Options
	Rules   rule.Rules
	Ledger  *ledger.Ledger
	Mailbox store.Mailbox

	// Known is the ledger of a job that writes nothing down, and has no other.
	Known *ledger.Ledger
	// AllowWeaker allows a login, and a version of TLS, that is weaker than what the
	// ledger has seen. A run writes down that it counts from then on.
	AllowWeaker bool

	// Filter, if it isn't nil, is asked about every new message.
	Filter Filter
	// Progress, if it isn't nil, is kept up to date while the job runs.
	Progress *Progress
	// Note, if it isn't nil, is told what is remarkable but no failure.
	Note func(format string, args ...any)
	// Step, if it isn't nil, is told each step as it is done.
	Step func(format string, args ...any)

	noSizes bool    // LIST was the end of a session
	tried   *string // the mechanism that this run tried last, shared by all its connections
}

func (j *Job) reportNote(format string, args ...any) {
	if j.Note != nil {
		j.Note(format, shownUIDs(j.Client.Secrets, args)...)
	}
}

func (j *Job) reportStep(format string, args ...any) {
	if j.Step != nil {
		j.Step(format, args...)
	}
}

// A Report is what one run did.
type Report struct {
	New      int   // messages, those finished for a run that died included
	Bytes    int64 // in them, as stored
	Deleted  int   // on the server
	OnServer int   // messages that the listing had, less those deleted
	Adopted  int   // messages known by their headers, after the server gave all of them other UIDs
	Skipped  Skips
	Suspect  []Skip // messages that may have been cut short by the server
	Failed   []Failure
	Again    []string // UIDs of messages that a run which died may have delivered, and that will be once more
}

func (r *Report) countNew(t tally) {
	r.New += t.messages
	r.Bytes += t.bytes
}

// A Failure is a message that could not be had.
type Failure struct {
	UID string // empty where the server has none and the message could not be named
	Err error
}

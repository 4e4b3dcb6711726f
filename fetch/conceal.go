package fetch

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"popfetch/config/secret/conceal"
	"popfetch/fetch/dial"
	"popfetch/store/ledger"
)

// What is known of the account's secrets holds for all connections of a job, from
// their first byte on.
//
// A UID that holds the password is hidden where it is shown, and nowhere else. The
// ledger has it as it is, as it has the mailbox's names: if it were known by something
// else because of a password, another password would make another message of it.

// rememberSecrets has the job remember what it logs in with.
func (j *Job) rememberSecrets() {
	if j.Client.Secrets == nil {
		j.Client.Secrets = conceal.New(j.Login.User, j.Server.Name())
	}
	secrets, password, token := j.Client.Secrets, j.Login.Password, j.Login.Token
	j.Login.Password = func(ctx context.Context) (string, error) {
		text, err := password(ctx)
		secrets.Add(text)
		return text, err
	}
	if token == nil {
		return
	}
	j.Login.Token = func(ctx context.Context, refused string) (string, error) {
		text, err := token(ctx, refused)
		secrets.Add(text)
		return text, err
	}
}

// concealError returns the error of a connection without what a server says in its
// certificate, if that holds a secret.
func (j *Job) concealError(err error) error {
	secrets := j.Client.Secrets
	if secrets == nil {
		return err
	}
	if distrusted, ok := errors.AsType[*dial.CertificateError](err); ok {
		distrusted.Reason = secrets.Shown(distrusted.Reason)
	}
	if failed, ok := errors.AsType[*dial.HandshakeError](err); ok && secrets.HasSecret(failed.Err.Error()) {
		failed.Err = errors.New(conceal.Hidden)
	}
	return err
}

// A namingError is an error that names a message whose UID is hidden.
type namingError struct {
	error
	text string
}

func (e *namingError) Error() string { return e.text }

func (e *namingError) Unwrap() error { return e.error }

// concealUID hides the UID in an error that names a message by it.
func (j *Job) concealUID(err error) error {
	if err == nil || j.Client.Secrets == nil {
		return err
	}
	const before = "(uid "
	start, rest, found := strings.Cut(err.Error(), before)
	quoted, quoteErr := strconv.QuotedPrefix(rest)
	if !found || quoteErr != nil {
		return err
	}
	uid, _ := strconv.Unquote(quoted)
	if !j.Client.Secrets.HasLongSecret(uid) {
		return err
	}
	return &namingError{err, start + before + strconv.Quote(conceal.Hidden) + rest[len(quoted):]}
}

// shownUIDs hides what may not be shown of the UIDs that a note is about.
func shownUIDs(secrets *conceal.Concealer, args []any) []any {
	shown := make([]any, len(args))
	for i, arg := range args {
		shown[i] = arg
		if uid, ok := arg.(string); ok && secrets != nil {
			shown[i] = secrets.ShownName(uid)
		}
	}
	return shown
}

// ConcealUIDs hides those UIDs in the report that hold a secret.
func (r *Report) ConcealUIDs(secrets *conceal.Concealer) {
	r.Skipped.secrets = secrets
	for i := range r.Suspect {
		r.Suspect[i].UID = secrets.ShownName(r.Suspect[i].UID)
	}
	for i := range r.Failed {
		r.Failed[i].UID = secrets.ShownName(r.Failed[i].UID)
	}
	for i := range r.Again {
		r.Again[i] = secrets.ShownName(r.Again[i])
	}
}

// withoutSecrets returns the records without those of what the server offers, if a secret is
// among that. The next run asks it again.
func (j *Job) withoutSecrets(records []ledger.Record) (kept []ledger.Record) {
	for _, r := range records {
		if r.Kind != ledger.Server || !j.holdsSecret(r.Text) {
			kept = append(kept, r)
		}
	}
	return kept
}

// holdsSecret reports whether a line of the text holds a secret.
func (j *Job) holdsSecret(text string) bool {
	for line := range strings.Lines(text) {
		if j.Client.Secrets.HasSecret(line) {
			return true
		}
	}
	return false
}

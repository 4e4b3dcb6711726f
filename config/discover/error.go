package discover

import "fmt"

// An AddressError says why a text is no mail address. It doesn't show the text,
// which may be a URL with a password in it.
type AddressError struct{ text string }

// Error implements error.
func (e *AddressError) Error() string { return "not a mail address: " + e.text }

// Hint tells the way out.
func (e *AddressError) Hint() string { return "write it as in me@example.org" }

// A NoPOP3Error says that mail of the address can't be had by POP3, by the word
// of the domain itself or because it's known of the provider.
type NoPOP3Error struct {
	Provider string // its name, or the domain's
	Way      string // what there is in the place of POP3, or empty
}

// Error implements error.
func (e *NoPOP3Error) Error() string { return e.Provider + " has no POP3" }

// Hint tells the way out, if there is one.
func (e *NoPOP3Error) Hint() string { return e.Way }

// A NotFoundError says that no source names a server, or none that answers.
type NotFoundError struct {
	Domain   string
	Failures []Failure // in the order they happened
}

// A Failure is a source that could not be asked, or a candidate that didn't
// answer.
type Failure struct {
	What string // such as "the SRV record _pop3s._tcp.example.org"
	Err  error
}

// Error implements error.
func (e *NotFoundError) Error() string {
	text := "find the POP3 server of " + e.Domain + ": "
	switch n := len(e.Failures); n {
	case 0:
		return text + "nobody names one"
	case 1:
		return fmt.Sprintf("%s%s: %v", text, e.Failures[0].What, e.Failures[0].Err)
	default:
		return fmt.Sprintf("%snobody names one that answers; the last tried was %s: %v",
			text, e.Failures[n-1].What, e.Failures[n-1].Err)
	}
}

// Hint tells the way out.
func (e *NotFoundError) Hint() string {
	return "check the spelling, or look for POP3 in the provider's help, and name the server with --server"
}

// Unwrap returns what the sources and the candidates met with.
func (e *NotFoundError) Unwrap() []error {
	causes := make([]error, len(e.Failures))
	for i, f := range e.Failures {
		causes[i] = f.Err
	}
	return causes
}

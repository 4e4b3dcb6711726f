package oauthtest

import "time"

// Rules say how the server behaves. By the zero value, it knows the client
// "client" by its name alone, and its person, who is "me", approves at once.
type Rules struct {
	ClientID string // "client" if empty
	Secret   string // demanded of the client, if not empty
	InHeader bool   // where it's demanded: in the header, else in the form
	User     string // who signs in; "me" if empty
	Scope    string // that an introspection tells

	Lifetime  time.Duration // of an access token; an hour if 0
	Rotate    bool          // a refresh token is good for one use, and the answer has the next
	NoRefresh bool          // give out no refresh token

	Deny           bool          // the person says no
	Pending        int           // so many questions come before the person is done
	SlowDown       int           // so many of them come too soon
	Interval       int           // seconds between two questions; 1 if 0
	DeviceLifetime time.Duration // of a device code; ten minutes if 0
}

// withDefaults fills in what isn't said.
func (r Rules) withDefaults() Rules {
	if r.ClientID == "" {
		r.ClientID = "client"
	}
	if r.User == "" {
		r.User = "me"
	}
	if r.Lifetime == 0 {
		r.Lifetime = time.Hour
	}
	if r.Interval == 0 {
		r.Interval = 1
	}
	if r.DeviceLifetime == 0 {
		r.DeviceLifetime = 10 * time.Minute
	}
	return r
}

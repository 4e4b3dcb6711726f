package fetch

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/auth"
	"popfetch/fetch/auth/authtest"
	"popfetch/fetch/dial"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store/ledger"
)

// securedRig is a server with many ways to log in, of which it offers the given ones
// from now on.
func securedRig(t *testing.T, offers string) (*rig, *dial.TLS) {
	t.Helper()
	server := &pop3d.Server{Mechanisms: map[string]authtest.Begin{
		"SCRAM-SHA-256": authtest.SCRAM(sha256.New, false, authtest.AsItIs),
		"SCRAM-SHA-1":   authtest.SCRAM(sha1.New, false, authtest.AsItIs),
		"CRAM-MD5":      authtest.CRAMMD5(),
		"LOGIN":         authtest.Login(),
	}}
	trust := certified(t, server)
	r := newRigOn(t, server, message("a"))
	r.offer(offers)
	return r, &trust
}

// offering has the server announce these mechanisms.
func offering(names string) pop3d.Intercept {
	return fault.When(fault.Verb("CAPA"), fault.Answer("+OK", "UIDL", "TOP", "STLS", "SASL "+names, "."))
}

func (r *rig) offer(names string) { r.fault(offering(names)) }

// refuse is a run that must end with a WeakerError, and send no password, nor a proof
// of it. It returns the error's text.
func (r *rig) refuse(j *Job) string {
	r.t.Helper()
	_, err := r.runJob(r.t.Context(), j)
	if !errors.As(err, new(*auth.WeakerError)) {
		r.t.Fatalf("got %v", err)
	}
	for _, line := range lastSession(r.t, r.server).Commands {
		if strings.HasPrefix(line, "AUTH") || strings.HasPrefix(line, "USER") || strings.HasPrefix(line, "APOP") {
			r.t.Errorf("sent %q", line)
		}
	}
	return err.Error()
}

// forgetServer has the next run ask what the server offers.
func (r *rig) forgetServer() {
	r.t.Helper()
	if err := r.write(ledger.Record{Kind: ledger.Server}); err != nil {
		r.t.Fatal(err)
	}
}

// succeed is a run that must succeed.
func (r *rig) succeed(j *Job, wantSecured string) {
	r.t.Helper()
	if _, err := r.runJob(r.t.Context(), j); err != nil {
		r.t.Fatal(err)
	}
	if got := r.known().Summary().Secured; got != wantSecured {
		r.t.Errorf("the ledger says %q, want %q", got, wantSecured)
	}
}

// TestWeakerRetry plays who sits between, without TLS: it refuses, or breaks off, the
// login by SCRAM, and then tells that there is CRAM-MD5 alone, over whose challenge the
// password could be guessed. What was assumed of the server and what is asked on another
// connection alike are no way around.
func TestWeakerRetry(t *testing.T) {
	if testing.Short() {
		t.Skip("its waits are real")
	}
	for name, harm := range map[string]pop3d.Intercept{
		"refuses":        fault.When(fault.Verb("AUTH"), fault.Refuse("no such mechanism")),
		"hangs up":       fault.When(fault.Verb("AUTH"), fault.HangUp()),
		"is in use":      fault.When(fault.Verb("AUTH"), fault.Refuse("[IN-USE] wait")),
		"makes no sense": fault.When(fault.Verb("AUTH"), fault.Answer("what?")),
	} {
		for _, known := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				if runtime.GOOS != "linux" {
					t.Skip("no address of this machine that isn't known to be one")
				}
				r, _ := securedRig(t, "SCRAM-SHA-256 CRAM-MD5")
				job := func() *Job {
					j := r.job()
					j.Server.Host = "0.0.0.0" // to which anybody might sit between
					return j
				}
				r.succeed(job(), "clear scram-sha-256")
				if !known { // by an earlier popfetch
					if err := r.write(ledger.Record{Kind: ledger.Secured}); err != nil {
						t.Fatal(err)
					}
				}
				n := len(r.server.Sessions())
				r.fault(offering("CRAM-MD5"), func(c *pop3d.Conn, cmd pop3d.Command) bool {
					return strings.HasPrefix(cmd.Arg, "SCRAM") && harm(c, cmd)
				})
				if _, err := r.runJob(t.Context(), job()); err == nil {
					t.Error("it logged in")
				}
				lastSession(t, r.server)
				for _, s := range r.server.Sessions()[n:] {
					if i := slices.IndexFunc(s.Commands, func(line string) bool { return strings.HasPrefix(line, "AUTH CRAM") }); i >= 0 {
						t.Errorf("sent %q", s.Commands)
					}
				}
			})
		}
	}
}

// TestWeakerMechanism has the server offer less than before, over TLS and without: that
// is refused, until a person allows it, and less than that is refused from there on.
func TestWeakerMechanism(t *testing.T) {
	for _, test := range []struct {
		name          string
		security      dial.Security
		before, after string // offered
		text          string
		first, now    string // in the ledger
	}{
		{
			"TLS", dial.StartTLS, "SCRAM-SHA-256 PLAIN", "PLAIN LOGIN", "plain instead of scram-sha-256",
			"1.3 scram-sha-256", "1.3 plain",
		},
		{
			"a weaker hash", dial.StartTLS, "SCRAM-SHA-256", "SCRAM-SHA-1 PLAIN", "scram-sha-1 instead of scram-sha-256",
			"1.3 scram-sha-256", "1.3 scram-sha-1",
		},
		{"CRAM-MD5", dial.StartTLS, "CRAM-MD5", "LOGIN", "login instead of cram-md5", "1.3 cram-md5", "1.3 login"},
		{
			"without TLS", dial.None, "SCRAM-SHA-1 PLAIN", "CRAM-MD5 PLAIN", "cram-md5 instead of scram-sha-1",
			"clear scram-sha-1", "clear cram-md5",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, trust := securedRig(t, test.before)
			job := func() *Job {
				j := r.job()
				j.Server.Security, j.Server.TLS = test.security, *trust
				return j
			}
			r.succeed(job(), test.first)
			r.offer(test.after)
			r.forgetServer()
			for range 2 {
				if text := r.refuse(job()); text != "login: weaker than before: "+test.text {
					t.Error(text)
				}
			}
			if n := r.known().Summary().Denials; n != 0 {
				t.Errorf("counted as %d denials", n)
			}
			allowing := job()
			allowing.AllowWeaker = true
			r.succeed(allowing, test.now)
			r.succeed(job(), test.now)
			r.offer(test.before)
			r.forgetServer()
			r.succeed(job(), test.first)
			r.offer(test.after)
			r.forgetServer()
			r.refuse(job())
		})
	}
}

// TestWeakerSaid has a person write what is weaker into the configuration.
func TestWeakerSaid(t *testing.T) {
	r, trust := securedRig(t, "SCRAM-SHA-256 CRAM-MD5 PLAIN")
	job := func() *Job {
		j := r.job()
		j.Server.Security, j.Server.TLS = dial.StartTLS, *trust
		return j
	}
	r.succeed(job(), "1.3 scram-sha-256")
	named := job()
	named.Login.Mechanism = "plain"
	r.succeed(named, "1.3 plain")
	r.succeed(job(), "1.3 scram-sha-256")

	// Without TLS, there is less; but what was offered can't be less than SCRAM.
	clear := job()
	clear.Server.Security = dial.None
	r.offer("CRAM-MD5")
	if text := r.refuse(clear); !strings.HasSuffix(text, "cram-md5 instead of scram-sha-256") {
		t.Error(text)
	}
	r.offer("SCRAM-SHA-256 PLAIN")
	r.succeed(clear, "1.3 scram-sha-256 clear scram-sha-256")

	// Another user has another password.
	other := job()
	r.server.SetUser("other", rigPassword, r.drop)
	other.Login.User = "other"
	r.offer("PLAIN")
	r.succeed(other, "1.3 plain")
}

// TestClearToTLS has a person turn on TLS at a server that hides passwords by CRAM-MD5
// without it, and no more with it.
func TestClearToTLS(t *testing.T) {
	r, trust := securedRig(t, "CRAM-MD5")
	r.succeed(r.job(), "clear cram-md5")
	r.offer("PLAIN")
	j := r.job()
	j.Server.Security, j.Server.TLS = dial.StartTLS, *trust
	r.succeed(j, "1.3 plain clear cram-md5")
}

// TestWeakerTLS has the server come down to an older version of TLS.
func TestWeakerTLS(t *testing.T) {
	r, trust := securedRig(t, "PLAIN")
	job := func() *Job {
		j := r.job()
		j.Server.Security, j.Server.TLS = dial.StartTLS, *trust
		return j
	}
	old := func() { r.server.TLS.MaxVersion = tls.VersionTLS12 }
	r.succeed(job(), "1.3 plain")
	old()
	if text := r.refuse(job()); text != "weaker than before: TLS 1.2 instead of TLS 1.3" {
		t.Error(text)
	}
	named := job()
	named.Server.TLS.MinVersion = tls.VersionTLS12
	r.succeed(named, "1.2 plain")
	r.server.TLS.MaxVersion = 0
	r.succeed(job(), "1.3 plain")
	old()
	allowing := job()
	allowing.AllowWeaker = true
	r.succeed(allowing, "1.2 plain")
	r.succeed(job(), "1.2 plain")
}

// TestWeakerImplicitTLS has TLS from the start.
func TestWeakerImplicitTLS(t *testing.T) {
	server := &pop3d.Server{Implicit: true}
	trust := certified(t, server)
	r := newRigOn(t, server, message("a"))
	job := func() *Job {
		j := r.job()
		j.Server.Security, j.Server.TLS = dial.Implicit, trust
		return j
	}
	r.succeed(job(), "1.3 plain")
	r.server.TLS.MaxVersion = tls.VersionTLS12
	if text := r.refuse(job()); text != "weaker than before: TLS 1.2 instead of TLS 1.3" {
		t.Error(text)
	}
}

// TestWeakerKnown holds for a job that writes nothing down, as that of list does.
func TestWeakerKnown(t *testing.T) {
	r, trust := securedRig(t, "SCRAM-SHA-256")
	job := func() *Job {
		j := r.job()
		j.Server.Security, j.Server.TLS = dial.StartTLS, *trust
		return j
	}
	r.succeed(job(), "1.3 scram-sha-256")
	r.offer("PLAIN")
	j := job()
	j.Known = r.known()
	j.Login.Password = func(context.Context) (string, error) {
		t.Error("the password was asked")
		return "", nil
	}
	if _, err := j.Connect(t.Context()); !errors.As(err, new(*auth.WeakerError)) {
		t.Error(err)
	}
	if _, err := j.FindLedger(t.Context(), []*ledger.Ledger{r.known()}); !errors.As(err, new(*auth.WeakerError)) {
		t.Error(err)
	}
}

func TestSecuredText(t *testing.T) {
	for text, want := range map[string]secured{
		"":                          {},
		"1.2 plain":                 {version: tls.VersionTLS12, overTLS: "plain"},
		"clear apop":                {clear: "apop"},
		"1.0 user clear cram-md5":   {tls.VersionTLS10, "user", "cram-md5"},
		"9.9 quantum clear apop":    {clear: "apop"},
		"1.3":                       {},
		"1.3 scram-sha-256-plus":    {version: tls.VersionTLS13, overTLS: "scram-sha-256-plus"},
		"1.3 scram-sha-512 clear x": {tls.VersionTLS13, "scram-sha-512", "x"},
	} {
		got := parseSecured(text)
		if got != want {
			t.Errorf("%q is read as %+v", text, got)
		}
		if again := parseSecured(got.String()); again != got {
			t.Errorf("%+v becomes %+v", got, again)
		}
	}
	for _, test := range []struct{ overTLS, clear, want, wantClear string }{
		{"plain", "", "plain", ""},
		{"plain", "apop", "plain", "apop"},
		{"scram-sha-1-plus", "cram-md5", "scram-sha-1-plus", "scram-sha-1"},
		{"plain", "scram-sha-1", "scram-sha-1", "scram-sha-1"},
		{"", "scram-sha-1", "scram-sha-1", "scram-sha-1"},
		{"", "cram-md5", "", "cram-md5"},
		{"external", "", "external", ""},
	} {
		k := secured{tls.VersionTLS13, test.overTLS, test.clear}
		if diff := cmp.Diff([]string{test.want, test.wantClear}, []string{k.leastMechanism(true), k.leastMechanism(false)}); diff != "" {
			t.Errorf("%+v: %s", k, diff)
		}
	}
}

package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"popfetch/command/line"
	"popfetch/config"
	"popfetch/config/secret"
	"popfetch/config/secret/conceal"
	"popfetch/fetch"
	"popfetch/fetch/auth"
	"popfetch/fetch/dial"
	"popfetch/fetch/pop3"
	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/ledger"
	"popfetch/store/shell"
)

// account is what the configuration says of one login and its mail.
type account = config.Account

// findAccounts returns those that are named, by their name or a URL, each of them
// once, or else every enabled one.
func (p *program) findAccounts(names []string) ([]account, error) {
	var accounts []account
	for _, name := range names {
		a, err := p.findAccount(name)
		if err == nil {
			a, err = p.trust.withTrust(a)
		}
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(accounts, func(other account) bool { return other.Name == a.Name }) {
			accounts = append(accounts, a)
		}
	}
	if len(names) > 0 {
		return accounts, nil
	}
	all, err := p.loadConfig()
	if err != nil {
		return nil, err
	}
	for _, a := range all.Accounts {
		if !a.Enabled {
			continue
		}
		if a, err = p.trust.withTrust(a); err != nil {
			return nil, err
		}
		accounts = append(accounts, a)
	}
	return accounts, nil
}

func (p *program) findAccount(name string) (account, error) {
	if config.IsURL(name) {
		a, err := config.FromURL(name)
		if err != nil {
			return account{}, line.NewUsageError(err.Error(), "as in pops://me@pop.example.org")
		}
		return p.withSharedName(a), nil
	}
	all, err := p.loadConfig()
	if err != nil {
		return account{}, err
	}
	a, ok := all.Account(name)
	if !ok {
		hint := "popfetch status lists the accounts"
		if near := all.NearestName(name); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		return account{}, line.NewUsageError(fmt.Sprintf("there is no account %q in %s", name, all.Path), hint)
	}
	return a, nil
}

func (p *program) loadConfig() (*config.Config, error) {
	if loaded := p.config.Load(); loaded != nil {
		return loaded, nil
	}
	loaded, err := p.readConfig()
	if err == nil {
		p.useConfig(loaded)
	}
	return loaded, err
}

// useConfig takes a configuration as the one that counts. The variables that hold its
// passwords are no command's business, even when another one counts.
func (p *program) useConfig(loaded *config.Config) {
	hidePasswords(loaded)
	p.config.Store(loaded)
}

// hidePasswords hides the variables that hold passwords of a configuration.
func hidePasswords(c *config.Config) {
	for _, a := range c.Accounts {
		shell.HideVariable(a.Password.Env)
	}
}

// reloadConfig reads the configuration again, and returns what choose then takes of
// it. When that can't be done, the one that there was stays.
func (p *program) reloadConfig(choose func() ([]account, error)) (accounts []account, err error) {
	before := p.config.Load()
	if before != nil { // not all accounts are named by URL
		var loaded *config.Config
		if loaded, err = p.readConfig(); err == nil {
			p.useConfig(loaded)
		}
	}
	if err == nil {
		accounts, err = choose()
	}
	if err != nil {
		p.config.Store(before)
		p.reportError("", err)
		p.Warn("", "the configuration stays as it was")
	}
	return accounts, err
}

// readConfig reads the configuration from its file.
func (p *program) readConfig() (*config.Config, error) {
	path, err := p.configFile()
	if err != nil {
		return nil, err
	}
	loaded, err := config.Load(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, &configError{err, "make the first account with popfetch init, or name one by URL"}
	case err != nil:
		return nil, &configError{err: err}
	}
	return loaded, nil
}

// newJob makes of an account what the engine needs, but for ledger and mailbox.
func (p *program) newJob(a account) (*fetch.Job, error) {
	trust, err := trustOf(a.TLS)
	if err != nil {
		return nil, &configError{err: err}
	}
	job := &fetch.Job{
		Server: dial.Server{
			Host: a.Host, Port: a.Port, Security: securities[a.TLS.Mode], TLS: trust, ConnectTimeout: a.ConnectTimeout,
			Proxy: proxyOf(a),
		},
		Login: auth.Credentials{
			User: a.User, Password: p.passwordOf(a), Token: p.tokenOf(a), Certificate: len(trust.Certificates) > 0,
			Mechanism: a.Auth, AllowClear: a.AllowPlaintextAuth,
		},
		Client: pop3.Options{Timeout: a.Timeout, Pipelining: pipelinings[a.Pipelining], Meter: p.meterOf(a), Secrets: p.secretsOf(a)},
		Rules:  a.Rules,
		Filter: filterOf(a),
		Note:   p.newNoter(a),
		Step:   p.newNoter(a),

		AllowWeaker: p.allowWeaker,
	}
	if p.Trace {
		job.Client.Trace = p.Tracer(titleOf(a))
	}
	return job, nil
}

// secretsOf is what hides the account's secrets in what its server says, from one
// connection of the program to the next. It knows the password beforehand where nobody
// has to be asked for it.
func (p *program) secretsOf(a account) *conceal.Concealer {
	kept, _ := p.secrets.LoadOrStore(a.Name+" "+loginOf(a), conceal.New(a.User, a.Host))
	secrets := kept.(*conceal.Concealer)
	secrets.Add(a.Password.AtHand().Reveal())
	return secrets
}

// insecure is what tls_insecure means.
const insecure = "tls_insecure: anybody may pose as the server and read password and mail"

// insecureLMTP is what it means in the map of lmtp.
const insecureLMTP = "lmtp.tls_insecure: anybody may pose as the server of LMTP and read the mail"

// warnInsecure says so before anything is sent.
func (p *program) warnInsecure(a account) {
	if a.TLS.Insecure {
		p.WarnAlways(titleOf(a), insecure)
	}
	if a.Mailbox.TLS.Insecure {
		p.WarnAlways(titleOf(a), insecureLMTP)
	}
}

func (p *program) newNoter(a account) func(string, ...any) {
	return func(format string, args ...any) { p.Info(titleOf(a), format, args...) }
}

// reportOnce prints an error of an account, and returns what decides the exit code.
func (p *program) reportOnce(a account, err error) error {
	if err != nil && !isError[*shownError](err) {
		p.reportError(titleOf(a), err)
	}
	return markShown(err)
}

func (p *program) passwordOf(a account) func(context.Context) (string, error) {
	if answer, ok := p.answered.LoadAndDelete(a.Name); ok {
		return answer.(func(context.Context) (string, error))
	}
	return func(ctx context.Context) (string, error) {
		defer p.YieldTerminal()()
		password, err := a.Password.ReadPassword(ctx, p.answers.promptOnce(a.Name, secret.AskSecret))
		return password.Reveal(), err
	}
}

// readLedger reads the account's ledger as it is, or the one that it may take over;
// without a state folder, which isn't made for that, it is empty.
func (p *program) readLedger(a account) (*ledger.Ledger, error) {
	path, err := p.stateFolder()
	if err != nil {
		return nil, err
	}
	state, err := durable.OpenDir(path)
	if errors.Is(err, os.ErrNotExist) {
		return ledger.Read(nil, a.Name)
	}
	if err != nil {
		return nil, &store.Error{Op: "open the state folder", Err: err}
	}
	defer state.Close()
	orphans, _, err := p.readOrphans(state, a)
	if err != nil {
		return nil, err
	}
	if len(orphans) > 0 {
		return orphans[0], nil
	}
	return ledger.Read(state, a.Name)
}

package command

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
	"popfetch/config"
)

// whereURLs are the commands that connect to an account that a URL may name.
var whereURLs = []string{"sync", "list", "cat", "check", "delete", "mark"}

// byURLFlags are those that an account by URL has in the place of keys of the
// configuration. They are put into program.trust.
func (p *program) byURLFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "tls-ca-file", Usage: "for an account by URL: `FILE` of the certificates to trust", Destination: &p.trust.caFile},
		&cli.StringFlag{
			Name: "tls-fingerprint", Usage: "for an account by URL: `sha256:HEX` of the one certificate to trust",
			Destination: &p.trust.fingerprint,
		},
	}
}

// addByURLFlags gives the commands that connect these flags.
func (p *program) addByURLFlags(commands []*cli.Command) {
	for _, c := range commands {
		if slices.Contains(whereURLs, c.Name) {
			c.Flags = append(c.Flags, p.byURLFlags()...)
		}
	}
}

// A urlTrust is what the flags say of whom an account by URL trusts.
type urlTrust struct{ caFile, fingerprint string }

// withTrust returns an account that trusts whom the flags say. They are for an
// account by URL: one of the configuration has keys for that.
func (t urlTrust) withTrust(a account) (account, error) {
	switch {
	case t == urlTrust{}:
		return a, nil
	case !isByURL(a):
		return a, line.NewUsageError(
			"--tls-ca-file and --tls-fingerprint are for an account by URL",
			fmt.Sprintf("the account %s has tls_ca_file and tls_fingerprint in the configuration", a.Name))
	case a.TLS.Mode == config.TLSNone:
		return a, line.NewUsageError("--tls-ca-file and --tls-fingerprint mean nothing without TLS", "write pops:// or pop:// in the URL")
	}
	if t.fingerprint != "" {
		pin, err := config.ParseFingerprint(t.fingerprint)
		if err != nil {
			return a, line.NewUsageError("--tls-fingerprint: "+err.Error(), "")
		}
		a.TLS.Fingerprints = []config.Fingerprint{pin}
	}
	if t.caFile != "" {
		path, err := filepath.Abs(t.caFile)
		if err != nil {
			return a, err
		}
		a.TLS.CAFile = path
	}
	return a, nil
}

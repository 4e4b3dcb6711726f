package command

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/urfave/cli/v2"

	"popfetch/command/line"
	"popfetch/fetch"
	"popfetch/fetch/auth"
	"popfetch/fetch/dial"
	"popfetch/fetch/pop3/pop3d"
	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/ledger"
	"popfetch/store/maildir"
)

func (p *program) demoCommand() *cli.Command {
	return &cli.Command{
		Name:      "demo",
		Usage:     "a whole sync against a built-in server: no account needed",
		ArgsUsage: "[DIR]",
		Description: "Starts a POP3S server with sample mail on this machine, syncs it into a Maildir\n" +
			"below DIR (default: a new folder among the temporary files), and syncs again to\n" +
			"show that nothing is fetched twice. The folder stays; remove it when you like.\n\n" +
			"Examples:\n  popfetch demo\n  popfetch --trace demo ~/popfetch-demo",
		Action: p.demo,
	}
}

const demoAccount = "demo"

// demoPassword protects nothing: the server lives as long as the demo.
const demoPassword = "demo"

func (p *program) demo(c *cli.Context) (err error) {
	if c.Args().Len() > 1 {
		return line.NewUsageError("demo takes one folder", "popfetch demo [DIR]")
	}
	dir := c.Args().First()
	if dir == "" {
		dir, err = os.MkdirTemp("", "popfetch-demo-")
	} else {
		dir, err = filepath.Abs(dir)
	}
	if err != nil {
		return &store.Error{Op: "make a folder for the demo", Err: err}
	}
	server, err := startDemo()
	if err != nil {
		return err
	}
	defer server.close()
	p.PrintResult("A POP3S server with %d sample messages is listening on %s.", len(pop3d.Sample()), server.addr)
	stop := p.ShowProgress("auto")
	defer stop()
	for _, text := range []string{"First sync:", "Second sync, which has nothing to fetch:"} {
		p.PrintResult("\n%s", text)
		if err := p.demoSync(c.Context, server, dir); err != nil {
			return err
		}
	}
	p.PrintResult("\nThe mail lies in the Maildir %s", filepath.Join(dir, "Maildir"))
	p.PrintResult("Look at it:      ls %s", filepath.Join(dir, "Maildir", "new"))
	p.PrintResult("Your own mail:   popfetch sync pops://you@pop.example.org --maildir ~/Mail")
	return nil
}

// demoSync is the same work as that of sync.
func (p *program) demoSync(ctx context.Context, server *demoServer, dir string) error {
	state, _, err := durable.MakeDir(filepath.Join(dir, "state"))
	if err != nil {
		return &store.Error{Op: "open the state folder", Err: err}
	}
	defer state.Close()
	start := time.Now()
	l, err := ledger.Open(state, demoAccount, 0)
	if err != nil {
		return err
	}
	defer l.Close()
	box, err := maildir.Open(filepath.Join(dir, "Maildir"), l.ID())
	if err != nil {
		return err
	}
	defer box.Close()
	progress := &fetch.Progress{}
	defer p.ShowBar(demoAccount, server.addr, progress.Counts)()
	job := server.newJob()
	job.Ledger, job.Mailbox, job.Progress = l, box, progress
	if p.Trace {
		job.Client.Trace = p.Tracer(demoAccount)
	}
	report, err := fetch.Run(ctx, job)
	if err != nil {
		return err
	}
	p.reportOutcome(false, outcome{account: demoAccount, report: report, took: time.Since(start)})
	return nil
}

// A demoServer is the built-in server, with a certificate of its own making.
type demoServer struct {
	server *pop3d.Server
	addr   string
	roots  *x509.CertPool
}

func startDemo() (*demoServer, error) {
	certificate, authority, err := pop3d.Certificate("localhost", "127.0.0.1")
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority) {
		return nil, errors.New("the demo's certificate authority can't be read")
	}
	server := &pop3d.Server{
		Users: map[string]pop3d.User{
			demoAccount: {Password: demoPassword, Maildrop: pop3d.NewMaildrop(pop3d.Sample()...)},
		},
		TLS:      &tls.Config{Certificates: []tls.Certificate{certificate}},
		Implicit: true,
	}
	if err := server.Start(); err != nil {
		return nil, fmt.Errorf("start the demo's server: %w", err)
	}
	return &demoServer{server: server, addr: server.Addr(), roots: roots}, nil
}

func (d *demoServer) newJob() *fetch.Job {
	host, port, _ := net.SplitHostPort(d.addr)
	number, _ := strconv.Atoi(port)
	return &fetch.Job{
		Server: dial.Server{Host: host, Port: number, TLS: dial.TLS{Roots: d.roots}},
		Login: auth.Credentials{
			User:      demoAccount,
			Password:  func(context.Context) (string, error) { return demoPassword, nil },
			Mechanism: auth.Auto,
		},
	}
}

func (d *demoServer) close() { d.server.Close() }

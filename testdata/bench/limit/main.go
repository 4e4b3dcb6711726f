// Limit reads maildrops as fast as a POP3 server gives them away, and throws the bytes away: what
// no fetcher can be faster than, on this machine and with this server.
//
//	limit -addr 127.0.0.1:995 -ca ca.pem [-uidl] [-skip N] [-jobs N] USER:PASSWORD...
//
// It doesn't ask what the server can do, asks for all messages at once, writes nothing to disk, and
// leaves without a last answer. For the sake of comparison it is written apart from popfetch's client.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
)

var (
	addr = flag.String("addr", "", "`host:port` of POP3S")
	ca   = flag.String("ca", "", "`file` of the authority to trust")
	uidl = flag.Bool("uidl", false, "only list the messages")
	list = flag.Bool("list", false, "print the UIDs, user by user")
	skip = flag.Int("skip", 0, "leave out the first `N` messages")
	jobs = flag.Int("jobs", 1, "`N` maildrops at a time")
)

func main() {
	flag.Parse()
	total, err := run(flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "limit:", err)
		os.Exit(1)
	}
	if !*list {
		fmt.Printf("%d messages, %d bytes\n", total.messages, total.bytes)
	}
}

// A count is what was read.
type count struct {
	messages int
	bytes    int64
}

func run(users []string) (total count, err error) {
	config, err := trust()
	if err != nil {
		return total, err
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	slots := make(chan struct{}, *jobs)
	for _, user := range users {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			c, readErr := readMaildrop(config, user)
			mu.Lock()
			defer mu.Unlock()
			total.messages += c.messages
			total.bytes += c.bytes
			err = errors.Join(err, readErr)
		})
	}
	wg.Wait()
	return total, err
}

func trust() (*tls.Config, error) {
	pem, err := os.ReadFile(*ca)
	if err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(*addr)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("no certificate in the file of the authority")
	}
	return &tls.Config{RootCAs: pool, ServerName: host}, nil
}

func readMaildrop(config *tls.Config, user string) (c count, err error) {
	name, password, _ := strings.Cut(user, ":")
	conn, err := tls.Dial("tcp", *addr, config)
	if err != nil {
		return c, err
	}
	defer conn.Close()
	m := newMaildrop(conn)
	uids, err := m.open(name, password)
	if err != nil {
		return c, err
	}
	if *list {
		fmt.Print(strings.Join(uids, "\n"), "\n")
	}
	last := len(uids)
	if *uidl {
		last = 0
	}
	return m.read(*skip+1, last)
}

package command_test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/emersion/go-smtp"
	"github.com/rogpeppe/go-internal/testscript"

	"popfetch/fetch/pop3/pop3d"
)

// A letterbox is a server of LMTP that puts mail for one recipient into a
// Maildir.
type letterbox struct {
	server  *smtp.Server
	folder  string
	mu      sync.Mutex
	refused string // what a message has in it that isn't taken; empty for none
	taken   int
}

// lmtp starts a letterbox, tells it what to refuse, or ends it.
func (s *story) lmtp(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 1, 2, "lmtp MAILDIR [starttls], lmtp refuse TEXT, lmtp refuse or lmtp stop")
	switch args[0] {
	case "refuse":
		s.letterbox.mu.Lock()
		defer s.letterbox.mu.Unlock()
		s.letterbox.refused = strings.Join(args[1:], "")
		return
	case "stop":
		ts.Check(s.letterbox.server.Close())
		return
	}
	for _, name := range []string{"tmp", "new", "cur"} {
		ts.Check(os.MkdirAll(filepath.Join(ts.MkAbs(args[0]), name), 0o700))
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	box := &letterbox{folder: filepath.Join(ts.MkAbs(args[0]), "new")}
	box.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return box, nil }))
	box.server.LMTP, box.server.Domain = true, "localhost"
	if len(args) > 1 {
		box.server.TLSConfig = s.letterboxTLS(ts)
	}
	s.letterbox = box
	var serving sync.WaitGroup
	serving.Go(func() { box.server.Serve(listener) })
	s.t.Cleanup(func() {
		box.server.Close()
		serving.Wait()
	})
	ts.Setenv("LMTP", listener.Addr().String())
}

// letterboxTLS is the TLS of a letterbox, which $LMTP_CA vouches for.
func (s *story) letterboxTLS(ts *testscript.TestScript) *tls.Config {
	certificate, authority, err := pop3d.Certificate("127.0.0.1")
	ts.Check(err)
	path := ts.MkAbs("lmtp-ca.pem")
	ts.Check(os.WriteFile(path, authority, 0o600))
	ts.Setenv("LMTP_CA", path)
	return &tls.Config{Certificates: []tls.Certificate{certificate}}
}

// Rcpt implements smtp.Session, as what follows.
func (b *letterbox) Rcpt(to string, _ *smtp.RcptOptions) error {
	if to != "me@example.org" {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user: " + to}
	}
	return nil
}

func (b *letterbox) Data(r io.Reader) error {
	message, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	message = bytes.ReplaceAll(message, []byte("\r\n"), []byte("\n"))
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.refused != "" && bytes.Contains(message, []byte(b.refused)) {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "this looks like spam"}
	}
	b.taken++
	return os.WriteFile(filepath.Join(b.folder, fmt.Sprint(b.taken)), message, 0o600)
}

func (b *letterbox) Mail(string, *smtp.MailOptions) error { return nil }

func (b *letterbox) Reset() {}

func (b *letterbox) Logout() error { return nil }

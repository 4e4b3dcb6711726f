package dovecottest

import (
	"errors"
	"os"
	"path/filepath"
)

// makeHome makes the instance's folder and what stays the same however often a start is tried.
// It lies in /tmp whatever TMPDIR says: a socket's path has at most 108 bytes, and the account
// must be able to reach it.
func (s *Server) makeHome() {
	s.t.Helper()
	var err error
	if s.account, err = findAccount(); err != nil {
		s.t.Fatal(err)
	}
	if s.home, err = os.MkdirTemp("/tmp", "popfetch-dovecot-"); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(s.cleanUp)
	id, err := newIdentity()
	if err != nil {
		s.t.Fatal(err)
	}
	s.CAFile = s.pathOf("ca.pem")
	s.Fingerprint = id.fingerprint
	err = errors.Join(
		s.account.chownPath(s.home),
		s.account.makeDirs(s.pathOf("users"), s.pathOf("mail")),
		s.account.writeFile(s.pathOf("ca.pem"), id.ca),
		s.account.writeFile(s.pathOf("server.pem"), id.certificate),
		s.account.writeFile(s.pathOf("server.key"), id.key),
	)
	if err != nil {
		s.t.Fatal(err)
	}
}

// pathOf returns the name of something in the instance's home.
func (s *Server) pathOf(elem ...string) string {
	return filepath.Join(append([]string{s.home}, elem...)...)
}

// chownPath gives a file or folder to the account.
func (a account) chownPath(path string) error {
	if !a.change {
		return nil
	}
	return os.Chown(path, a.uid, a.gid)
}

// makeDirs makes folders that only the account can use.
func (a account) makeDirs(paths ...string) error {
	for _, path := range paths {
		if err := errors.Join(os.Mkdir(path, 0o700), a.chownPath(path)); err != nil {
			return err
		}
	}
	return nil
}

// writeFile writes a file that only the account can use.
func (a account) writeFile(path string, content []byte) error {
	return errors.Join(os.WriteFile(path, content, 0o600), a.chownPath(path))
}

package dovecottest

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// AddUser makes a user with an empty mailbox. For a user who is there already it changes the
// password, and takes a second until the server has noticed.
func (s *Server) AddUser(name, password string) {
	s.t.Helper()
	if name == "" || strings.ContainsAny(name, ":/\r\n") {
		s.t.Fatalf("add user %q: the name can't be that of a file or stand in a password file", name)
	}
	entry := fmt.Sprintf("%s:{PLAIN.b64}%s:%d:%d::%s\n", name,
		base64.StdEncoding.EncodeToString([]byte(password)), s.account.uid, s.account.gid, s.pathOf("mail", name))
	file := s.pathOf("users", name)
	if before, err := os.Stat(file); err == nil {
		s.changePassword(file, entry, before.ModTime())
		return
	}
	box := s.pathOf("mail", name, "Maildir")
	err := errors.Join(
		s.account.makeDirs(s.pathOf("mail", name), box,
			filepath.Join(box, "tmp"), filepath.Join(box, "new"), filepath.Join(box, "cur")),
		s.account.writeFile(file, []byte(entry)),
	)
	if err != nil {
		s.t.Fatal(err)
	}
}

// changePassword replaces a user's entry. Dovecot looks for a change at most once a second, and
// sees one only by the whole seconds of the file's time.
func (s *Server) changePassword(file, entry string, before time.Time) {
	s.t.Helper()
	later := before.Add(time.Second)
	if err := errors.Join(s.account.writeFile(file, []byte(entry)), os.Chtimes(file, later, later)); err != nil {
		s.t.Fatal(err)
	}
	time.Sleep(time.Second)
}

// Deliver puts messages into a user's mailbox, where the server lists them in this order, after
// all those that were delivered before. Each appears whole or not at all, also to a client who is
// listing just then. The bytes are kept as they are; on the wire a bare LF becomes CRLF, and a
// last line without an end gets one.
func (s *Server) Deliver(user string, messages iter.Seq[[]byte]) {
	s.t.Helper()
	for message := range messages {
		s.delivered++
		// Dovecot orders new files by the number they begin with, then as text, and takes their
		// sizes, as stored and on the wire, from the name.
		wire := len(message) + bytes.Count(message, []byte("\n")) - bytes.Count(message, []byte("\r\n"))
		name := fmt.Sprintf("1700000000.Q%09d.popfetch,S=%d,W=%d", s.delivered, len(message), wire)
		tmp := s.pathOf("mail", user, "Maildir", "tmp", name)
		if err := s.account.writeFile(tmp, message); err != nil {
			s.t.Fatalf("deliver to %s: %v", user, err)
		}
		if err := os.Rename(tmp, s.pathOf("mail", user, "Maildir", "new", name)); err != nil {
			s.t.Fatalf("deliver to %s: %v", user, err)
		}
	}
}

// Mailbox returns how many messages the server holds for a user, and their bytes as delivered.
func (s *Server) Mailbox(user string) (count int, size int64) {
	s.t.Helper()
	for message := range s.Messages(user) {
		count++
		size += int64(len(message))
	}
	return count, size
}

// Messages yields what the server holds for a user, in the order of the deliveries.
func (s *Server) Messages(user string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		s.t.Helper()
		files := s.messageFiles(user)
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if message, there := s.readMessage(user, name, files[name]); there && !yield(message) {
				return
			}
		}
	}
}

// readMessage reads a message that was at path, and that the server may rename or delete meanwhile.
func (s *Server) readMessage(user, name, path string) (message []byte, there bool) {
	s.t.Helper()
	for there = true; there; path, there = s.messageFiles(user)[name] {
		message, err := os.ReadFile(path)
		if err == nil {
			return message, true
		}
		if !errors.Is(err, fs.ErrNotExist) {
			s.t.Fatalf("read mailbox of %s: %v", user, err)
		}
	}
	return nil, false
}

// messageFiles returns the paths of a user's messages by the name they were delivered under. It looks
// into new first, as that is the way files go; one met in both folders counts once.
func (s *Server) messageFiles(user string) map[string]string {
	s.t.Helper()
	files := make(map[string]string)
	for _, folder := range []string{"new", "cur"} {
		folder = s.pathOf("mail", user, "Maildir", folder)
		entries, err := os.ReadDir(folder)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			s.t.Fatalf("read mailbox of %s: %v", user, err)
		}
		for _, entry := range entries {
			name, _, _ := strings.Cut(entry.Name(), ":")
			files[name] = filepath.Join(folder, entry.Name())
		}
	}
	return files
}

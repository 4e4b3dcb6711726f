package debiantest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// A mailbox is where mail waits for the server, while no session is going on.
type mailbox interface {
	makeEmpty() error
	deliver(messages [][]byte) error
	count() (int, error)
}

// withLF is a message as a server of these keeps it.
func withLF(message []byte) []byte { return bytes.ReplaceAll(message, []byte("\r\n"), []byte("\n")) }

// A maildir is the user's Maildir.
type maildir struct {
	path      string
	delivered int
}

func newMaildir(root string) mailbox {
	return &maildir{path: filepath.Join(root, "home", User, "Maildir")}
}

func (m *maildir) makeEmpty() (err error) {
	for _, folder := range []string{"", "tmp", "new", "cur"} {
		path := filepath.Join(m.path, folder)
		err = errors.Join(err, os.Mkdir(path, 0o700), os.Chown(path, userID, userID))
	}
	return err
}

func (m *maildir) deliver(messages [][]byte) (err error) {
	for _, message := range messages {
		m.delivered++
		path := filepath.Join(m.path, "new", fmt.Sprintf("1700000000.Q%05d.popfetch", m.delivered))
		err = errors.Join(err, os.WriteFile(path, withLF(message), 0o600), os.Chown(path, userID, userID))
	}
	return err
}

func (m *maildir) count() (int, error) {
	files, err := filepath.Glob(filepath.Join(m.path, "[nc]??", "*"))
	return len(files), err
}

// A spool is the user's mbox among those of the system.
type spool struct{ path string }

func newSpool(root string) mailbox { return &spool{filepath.Join(root, "var/mail", User)} }

func (s *spool) makeEmpty() error {
	return errors.Join(os.WriteFile(s.path, nil, 0o660), os.Chown(s.path, userID, mailID))
}

// fromLine begins a message in an mbox.
const fromLine = "From sender@example.org Mon Jan  5 08:30:00 2026\n"

// deliver quotes only what would be taken for the beginning of a message, as mail systems of old do.
func (s *spool) deliver(messages [][]byte) error {
	file, err := os.OpenFile(s.path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	for _, message := range messages {
		message = bytes.ReplaceAll(withLF(message), []byte("\nFrom "), []byte("\n>From "))
		text.WriteString(fromLine)
		text.Write(message)
		if !bytes.HasSuffix(message, []byte("\n")) {
			text.WriteByte('\n')
		}
		if !bytes.Contains(message, []byte("\n\n")) && !bytes.HasPrefix(message, []byte("\n")) {
			text.WriteByte('\n') // The one that ends a header isn't the one that ends a message.
		}
		text.WriteByte('\n')
	}
	_, err = file.Write(text.Bytes())
	return errors.Join(err, file.Close())
}

func (s *spool) count() (int, error) {
	text, err := os.ReadFile(s.path)
	return bytes.Count(append([]byte("\n"), text...), []byte("\nFrom ")), err
}

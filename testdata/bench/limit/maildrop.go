package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// A maildrop is one session.
type maildrop struct {
	conn   io.Writer
	reader *bufio.Reader
}

func newMaildrop(conn io.ReadWriter) *maildrop {
	return &maildrop{conn, bufio.NewReaderSize(conn, 256<<10)}
}

// open logs in and returns the UIDs.
func (m *maildrop) open(user, password string) (uids []string, err error) {
	if err := m.ok(); err != nil {
		return nil, fmt.Errorf("greeting: %w", err)
	}
	plain := base64.StdEncoding.EncodeToString([]byte("\x00" + user + "\x00" + password))
	if err := m.command("AUTH PLAIN " + plain); err != nil {
		return nil, fmt.Errorf("login: %w", err)
	}
	if err := m.command("UIDL"); err != nil {
		return nil, fmt.Errorf("UIDL: %w", err)
	}
	_, err = m.lines(func(line []byte) {
		_, uid, _ := bytes.Cut(bytes.TrimRight(line, "\r\n"), []byte{' '})
		uids = append(uids, string(uid))
	})
	return uids, err
}

// read retrieves a range of messages in one go, and ends the session without waiting for the server
// to agree. QUIT can't go with the rest: Dovecot 2.3 then loses the end of the last answers now and
// then, though it notes that it has sent them.
func (m *maildrop) read(first, last int) (c count, err error) {
	written := make(chan error, 1)
	go func() { written <- m.ask(first, last) }()
	for n := first; n <= last; n++ {
		if err := m.ok(); err != nil {
			return c, fmt.Errorf("RETR %d: %w", n, err)
		}
		size, err := m.lines(func([]byte) {})
		if err != nil {
			return c, fmt.Errorf("RETR %d: %w", n, err)
		}
		c.messages++
		c.bytes += size
	}
	_, err = io.WriteString(m.conn, "QUIT\r\n")
	return c, errors.Join(<-written, err)
}

// ask writes the commands, while the answers are already being read.
func (m *maildrop) ask(first, last int) error {
	w := bufio.NewWriterSize(m.conn, 16<<10)
	for n := first; n <= last; n++ {
		_, _ = w.WriteString("RETR " + strconv.Itoa(n) + "\r\n") // Flush returns the error.
	}
	return w.Flush()
}

func (m *maildrop) command(line string) error {
	if _, err := io.WriteString(m.conn, line+"\r\n"); err != nil {
		return err
	}
	return m.ok()
}

// ok reads a reply of one line, which has to be good.
func (m *maildrop) ok() error {
	line, err := m.reader.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(line, []byte("+OK")) {
		return fmt.Errorf("the server says %q", bytes.TrimSpace(line))
	}
	return nil
}

// lines reads up to the dot, and returns the size of what came before.
func (m *maildrop) lines(do func(line []byte)) (size int64, err error) {
	for {
		line, err := m.reader.ReadSlice('\n')
		if err != nil {
			return size, err
		}
		if len(line) == 3 && line[0] == '.' {
			return size, nil
		}
		size += int64(len(line))
		do(line)
	}
}

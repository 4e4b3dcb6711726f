package storetest_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"

	"popfetch/store/durable"
)

var subject = regexp.MustCompile(`(?m)^Subject: (\d+)$`)

// number returns which message this is, as text, or "" for something else.
func number(text []byte) string {
	match := subject.FindSubmatch(text)
	if match == nil {
		return ""
	}
	return string(match[1])
}

// deleteMail is what a mail program does: it deletes the first message that it
// sees. It keeps a diary of that, so that the check can tell.
func (s scenario) deleteMail(path string) error {
	root, err := durable.OpenDir(path)
	if err != nil {
		return err
	}
	defer root.Close()
	diary, err := root.OpenAppend("diary")
	if err != nil {
		return err
	}
	defer diary.Close()
	note := func(text string) error {
		_, err := io.WriteString(diary, text+"\n")
		return errors.Join(err, diary.Sync(), root.Sync("."))
	}
	if s.mbox {
		return deleteFromMbox(root, note)
	}
	return deleteFromMaildir(root, note)
}

// flags is the field that a mail program adds to a message that was read.
const flags = "Status: RO\n"

// readMail is what a mail program does between a crash and the next run. In a
// Maildir it deletes a message, in an mbox it writes flags into every one;
// package mbox tells why it doesn't delete, and why there are no flags where
// a crash may have left half a message.
func (s scenario) readMail(root string) error {
	if !s.mbox {
		return s.deleteMail(root)
	}
	text, err := os.ReadFile(s.mailbox(root))
	if err != nil || s.size > 0 {
		return nil
	}
	return os.WriteFile(s.mailbox(root), envelope.ReplaceAll(text, []byte("${0}"+flags)), 0o600)
}

var envelope = regexp.MustCompile(`(?m)^From .*\n`)

// ignoreAbsence is of a mailbox that isn't there, or that is empty.
func ignoreAbsence(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// deleteFromMbox deletes the first message, by writing the mbox anew.
func deleteFromMbox(root *durable.Dir, note func(string) error) error {
	text, err := os.ReadFile(root.Path("mail/mbox"))
	if err != nil || len(text) == 0 {
		return ignoreAbsence(err)
	}
	rest := []byte{}
	if next := bytes.Index(text, []byte("\n\nFrom ")); next >= 0 {
		rest = text[next+2:]
	}
	n := number(text[:len(text)-len(rest)])
	if err := note("deleting " + n); err != nil {
		return err
	}
	mail, err := durable.OpenDir(root.Path("mail"))
	if err != nil {
		return err
	}
	defer mail.Close()
	err = mail.Replace("mbox", func(w io.Writer) error {
		_, err := w.Write(rest)
		return err
	})
	if err != nil {
		return err
	}
	return note("deleted " + n)
}

// deleteFromMaildir moves all new messages to cur, without a sync, and deletes
// the first of them.
func deleteFromMaildir(root *durable.Dir, note func(string) error) error {
	names, err := root.Names("Maildir/new")
	if err != nil || len(names) == 0 {
		return ignoreAbsence(err)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := root.Rename("Maildir/new/"+name, "Maildir/cur/"+name+":2,S"); err != nil {
			return err
		}
	}
	first := "Maildir/cur/" + names[0] + ":2,S"
	text, err := os.ReadFile(root.Path(first))
	if err != nil {
		return err
	}
	if err := note("deleting " + number(text)); err != nil {
		return err
	}
	if err := root.Remove(first); err != nil {
		return err
	}
	if err := root.Sync("Maildir/cur"); err != nil {
		return err
	}
	return note("deleted " + number(text))
}

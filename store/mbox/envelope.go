package mbox

import (
	"bufio"
	"bytes"
	"strings"
	"time"
)

// envelopeWindow is how far into a message its sender is looked for. The
// server that delivered it put Return-Path on top.
const envelopeWindow = 4 << 10

// noSender stands for a sender that isn't known, or that has no address, as
// that of a bounce.
const noSender = "MAILER-DAEMON"

// fromLine returns the line that begins the message in r, which it doesn't
// read.
func fromLine(r *bufio.Reader, now time.Time) string {
	head, _ := r.Peek(envelopeWindow) // whoever reads r meets the error
	return from + senderOf(head) + " " + now.UTC().Format(time.ANSIC) + "\n"
}

// senderOf returns the address of the Return-Path field at the start of a
// message, if it can stand in a From_ line.
func senderOf(head []byte) string {
	for line := range bytes.Lines(head) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		if strings.EqualFold(string(name), "Return-Path") {
			return cleanAddress(string(value))
		}
	}
	return noSender
}

// maxAddress is the longest path that RFC 5321 allows, section 4.5.3.1.3.
const maxAddress = 256

func cleanAddress(path string) string {
	path = strings.TrimSpace(path)
	path = strings.TrimSuffix(strings.TrimPrefix(path, "<"), ">")
	breaks := func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '<' || r == '>' }
	if path == "" || len(path) > maxAddress || strings.ContainsFunc(path, breaks) {
		return noSender
	}
	return path
}

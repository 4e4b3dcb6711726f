package arrived

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Maildir compares what is visible in a Maildir with what should be there.
func Maildir(path string, want Messages) error {
	f := found{messages: make(Messages)}
	for _, folder := range []string{"new", "cur"} {
		entries, err := os.ReadDir(filepath.Join(path, folder))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, entry := range entries {
			d := newDigest()
			if err := eachLine(filepath.Join(path, folder, entry.Name()), d.line); err != nil {
				return err
			}
			f.add(d)
		}
	}
	return f.compare(want)
}

// Mbox compares what an mbox file holds with what should be there.
func Mbox(path string, want Messages) error {
	f := found{messages: make(Messages)}
	var d *digest
	blank := true // the line before was empty, or there was none
	err := eachLine(path, func(line []byte) {
		if blank && bytes.HasPrefix(line, from) {
			if d != nil {
				f.add(d)
			}
			d, blank = newDigest(), false
			return
		}
		blank = len(line) == 0
		if d == nil {
			d = newDigest() // what stands before the first separator is no message
		}
		d.line(unquote(line))
	})
	if d != nil {
		f.add(d)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return f.compare(want)
}

var from = []byte("From ")

// unquote takes one ">" from a quoted line.
func unquote(line []byte) []byte {
	if bytes.HasPrefix(line, []byte{'>'}) && bytes.HasPrefix(bytes.TrimLeft(line, ">"), from) {
		return line[1:]
	}
	return line
}

// eachLine calls do with each line, without its end, which is valid until do returns.
func eachLine(path string, do func(line []byte)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	reader := bufio.NewReaderSize(file, 256<<10)
	for {
		line, err := reader.ReadSlice('\n')
		if len(line) > 0 {
			do(bytes.TrimRight(line, "\r\n"))
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

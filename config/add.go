package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"popfetch/config/secret"
)

// A File is a configuration file as a person wrote it, to which accounts can be
// added. Everything else in it stays as it is, comments and order included.
type File struct {
	Path string
	Info fs.FileInfo // nil: it isn't there yet

	text []byte
}

// ReadFile reads a file as it is. One that isn't there is as good as empty.
func ReadFile(path string) (*File, error) {
	text, info, err := readFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return &File{Path: path, Info: info, text: text}, nil
}

// Config returns what the file says; it may well have no account yet. What is
// wrong in it comes as an *Error.
func (f *File) Config() (*Config, error) {
	folder, err := filepath.Abs(f.Path)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	d := &decoder{path: f.Path, folder: filepath.Dir(folder)}
	accounts := d.readDocument(f.text, f.Info != nil && secret.IsExposed(f.Info))
	var problems []Problem
	for _, p := range d.problems {
		if p.Hint != firstAccount { // which is about to come
			problems = append(problems, p)
		}
	}
	if len(problems) > 0 {
		return nil, &Error{f.Path, problems}
	}
	return &Config{f.Path, accounts}, nil
}

// header is what a new file begins with.
const header = "# The accounts of popfetch. \"popfetch init\" adds one; the README lists all keys.\n\n"

// AddAccount returns the file's text with one account more, and that account. Read again,
// the text is proved to say what it said, and what the draft says. The error is a
// *TakenError, a *PlaceError, or an *Error about what the file says or would say.
func (f *File) AddAccount(d Draft) (text []byte, added Account, err error) {
	if err := CheckName(d.Name); err != nil {
		return nil, Account{}, &Error{f.Path, []Problem{Problem{Account: readableName(d.Name)}.withError(err)}}
	}
	present, err := f.Config()
	if err != nil {
		return nil, Account{}, err
	}
	if name, isTaken := present.FindTaken(d.Name); isTaken {
		return nil, Account{}, &TakenError{Name: name, Path: f.Path}
	}
	changed := *f
	p, ok := f.endPlace()
	if ok {
		changed.text = f.withDraft(p, d)
	}
	switch {
	case len(changed.text) > maxFile:
		return nil, Account{}, fmt.Errorf("configuration: %w", tooLong(f.Path))
	case !ok, !isOneMore(f.text, changed.text, d):
		return nil, Account{}, &PlaceError{f.Path, d}
	}
	all, err := changed.unseenConfig()
	if err != nil {
		return nil, Account{}, err
	}
	added, ok = all.Account(d.Name)
	if !ok {
		return nil, Account{}, &PlaceError{f.Path, d}
	}
	return changed.text, added, nil
}

// withDraft returns the text with a draft at a place.
func (f *File) withDraft(p place, d Draft) []byte {
	end := "\n"
	lines := f.textLines()
	if len(lines) > 0 && strings.HasSuffix(lines[0], "\r\n") {
		end = "\r\n"
	}
	var text strings.Builder
	if len(lines) == 0 {
		text.WriteString(header)
	}
	for _, line := range lines[:p.line] {
		text.WriteString(line)
	}
	if p.line > 0 && !strings.HasSuffix(lines[p.line-1], "\n") {
		text.WriteString(end)
	}
	if p.blank {
		text.WriteString(end)
	}
	if p.heading != "" {
		text.WriteString(p.heading + end)
	}
	for _, line := range d.indentedLines(p.margin, p.step) {
		text.WriteString(line + end)
	}
	for _, line := range lines[p.line:] {
		text.WriteString(line)
	}
	return []byte(text.String())
}

// unseenConfig is Config for a text that no person has seen yet, so that problems have
// no line.
func (f *File) unseenConfig() (*Config, error) {
	all, err := f.Config()
	if bad, ok := errors.AsType[*Error](err); ok {
		for i := range bad.Problems {
			bad.Problems[i].Line = 0
		}
	}
	return all, err
}

// A TakenError says that there is an account of that name.
type TakenError struct{ Name, Path string }

// Error implements error.
func (e *TakenError) Error() string {
	return fmt.Sprintf("there is an account %q in %s already", e.Name, e.Path)
}

// A PlaceError says that a file is written in a way that no line can be added
// to.
type PlaceError struct {
	Path  string
	Draft Draft
}

// Error implements error.
func (e *PlaceError) Error() string {
	return "no account can be added to " + e.Path + ": it has no place for one more, as with accounts in { }, or an end that is marked by ..."
}

package setup

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"popfetch/config"
)

// makeAccount returns the account as it stands, and what is to be written. Only
// what differs from what the account has anyway is written.
func (s *setup) makeAccount(a Answers, c choice, k kept) (config.Account, config.Draft, error) {
	mode := config.Setting{Key: "tls", Value: c.TLS.String()}
	draft := config.Draft{Name: a.Name, Settings: settingsOf(a, c, k, []config.Setting{mode})}
	account, err := s.readDraft(draft)
	if err != nil {
		return account, draft, err
	}
	var more []config.Setting
	without := config.Draft{Name: a.Name, Settings: settingsOf(a, c, k, nil)}
	if usual, err := s.readDraft(without); err != nil || usual.TLS.Mode != c.TLS {
		more = append(more, mode)
	}
	if c.MinInterval > account.MinInterval && a.MinInterval == "" {
		more = append(more, config.Setting{Key: "min_interval", Value: durationText(c.MinInterval)})
	}
	if c.isClear && !account.AllowPlaintextAuth {
		more = append(more, config.Setting{Key: "allow_plaintext_auth", Value: "true", IsBare: true})
	}
	draft.Settings = settingsOf(a, c, k, more)
	account, err = s.readDraft(draft)
	return account, draft, err
}

// readDraft makes an account of a draft. Where the file takes no more lines, the
// draft is for a person to write there, and stands alone.
func (s *setup) readDraft(draft config.Draft) (config.Account, error) {
	_, account, err := s.file.AddAccount(draft)
	if isError[*config.PlaceError](err) {
		_, account, err = (&config.File{Path: s.file.Path}).AddAccount(draft)
	}
	return account, asTakenName(asFileError(err))
}

// asFileError lets an error about a value be one of the configuration.
func asFileError(err error) error {
	if bad, ok := errors.AsType[*config.Error](err); ok {
		return &FileError{Err: bad}
	}
	return err
}

// settingsOf are the account's keys in the order they are written, with those
// that turned out to be needed.
func settingsOf(a Answers, c choice, k kept, more []config.Setting) (settings []config.Setting) {
	add := func(key, value string) {
		if value != "" {
			settings = append(settings, config.Setting{Key: key, Value: value})
		}
	}
	add("server", c.server)
	for _, m := range more {
		if m.Key == "tls" {
			add(m.Key, m.Value)
		}
	}
	add("tls_ca_file", wholePath(a.CAFile))
	add("tls_fingerprint", a.Fingerprint)
	add("user", c.user)
	settings = append(settings, k.from...)
	if c.oauth != nil {
		settings = append(settings, config.Setting{Key: "oauth", Inside: c.oauth})
	}
	switch {
	case a.MBox != "":
		add("mbox", wholePath(a.MBox))
	case a.Maildir != "":
		add("maildir", wholePath(a.Maildir))
	default:
		add("maildir", "~/Mail/"+a.Name)
	}
	add("delete", a.Delete)
	add("min_interval", a.MinInterval)
	add("proxy", a.Proxy)
	for _, m := range more {
		if m.Key != "tls" {
			settings = append(settings, m)
		}
	}
	return settings
}

// wholePath makes a path of the command line one for the configuration, where
// relative ones start at that file. What opens there is left to open.
func wholePath(path string) string {
	if path == "" || strings.HasPrefix(path, "~") || strings.HasPrefix(path, "$") {
		return path
	}
	whole, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return whole
}

// durationText writes a duration as the configuration has it.
func durationText(d time.Duration) string {
	if d%time.Minute == 0 {
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return d.String()
}

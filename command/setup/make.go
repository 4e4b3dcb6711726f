package setup

import (
	"errors"

	"popfetch/config"
)

// make returns the account as it stands, and what is to be written. Only what
// differs from what the account has anyway is written.
func (s *setup) make() (config.Account, config.Draft, error) {
	mode := config.Setting{Key: "tls", Value: s.TLS.String()}
	draft := config.Draft{Name: s.name, Settings: s.settings([]config.Setting{mode})}
	a, err := s.read(draft)
	if err != nil {
		return a, draft, err
	}
	var more []config.Setting
	without := config.Draft{Name: s.name, Settings: s.settings(nil)}
	if usual, err := s.read(without); err != nil || usual.TLS.Mode != s.TLS {
		more = append(more, mode)
	}
	if s.MinInterval > a.MinInterval && s.flags.String("min-interval") == "" {
		more = append(more, config.Setting{Key: "min_interval", Value: durationText(s.MinInterval)})
	}
	if s.isClear && !a.AllowPlaintextAuth {
		more = append(more, config.Setting{Key: "allow_plaintext_auth", Value: "true", IsBare: true})
	}
	draft.Settings = s.settings(more)
	a, err = s.read(draft)
	return a, draft, err
}

// read makes an account of a draft. Where the file takes no more lines, the
// draft is for a person to write there, and stands alone.
func (s *setup) read(draft config.Draft) (config.Account, error) {
	_, a, err := s.file.Add(draft)
	if is[*config.PlaceError](err) {
		_, a, err = (&config.File{Path: s.file.Path}).Add(draft)
	}
	return a, taken(asConfigError(err))
}

// asConfigError lets an error about a value be one of the configuration.
func asConfigError(err error) error {
	if bad, ok := errors.AsType[*config.Error](err); ok {
		return &FileError{Err: bad}
	}
	return err
}

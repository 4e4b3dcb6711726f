package config

import (
	"strings"

	"popfetch/config/secret"
)

// A Draft is an account that is yet to be written into the file.
type Draft struct {
	Name     string
	Settings []Setting
}

// A Setting is a key with its value, or with the settings inside of it.
type Setting struct {
	Key, Value string
	IsBare     bool // the value is no text, such as true
	Inside     []Setting
}

// String returns the draft as a file that has no other account, without its
// secrets.
func (d Draft) String() string {
	shown := Draft{d.Name, maskSecrets(d.Settings)}
	return "accounts:\n" + strings.Join(shown.indentedLines("  ", "  "), "\n") + "\n"
}

// maskSecrets returns settings with *** for a secret.
func maskSecrets(settings []Setting) (shown []Setting) {
	for _, s := range settings {
		if secretKeys[s.Key] != nil {
			s.Value = secret.New(s.Value).String()
		}
		s.Inside = maskSecrets(s.Inside)
		shown = append(shown, s)
	}
	return shown
}

// indentedLines writes the draft, indented by margin, and by step more for each level.
func (d Draft) indentedLines(margin, step string) []string {
	return append([]string{margin + scalarText(d.Name) + ":"}, settingLines(d.Settings, margin+step, step)...)
}

func settingLines(settings []Setting, margin, step string) (lines []string) {
	for _, s := range settings {
		key := margin + scalarText(s.Key) + ":"
		if len(s.Inside) > 0 {
			lines = append(append(lines, key), settingLines(s.Inside, margin+step, step)...)
			continue
		}
		value := s.Value
		if !s.IsBare {
			value = scalarText(value)
		}
		lines = append(lines, key+" "+value)
	}
	return lines
}

package config

import (
	"maps"
	"reflect"

	"gopkg.in/yaml.v3"
)

// A document is what a file says, as plain values.
type document struct {
	Accounts map[string]any
	Others   map[string]any `yaml:",inline"`
}

// isOneMore reports whether a text says what another one said, and beside that a
// draft, and nothing else.
func isOneMore(before, now []byte, d Draft) bool {
	var old, all document
	if yaml.Unmarshal(before, &old) != nil || yaml.Unmarshal(now, &all) != nil {
		return false
	}
	added := all.Accounts[d.Name]
	delete(all.Accounts, d.Name)
	return isSame(old.Accounts, all.Accounts) && isSame(old.Others, all.Others) && isDescribedBy(added, d.Settings)
}

func isSame(a, b map[string]any) bool {
	return maps.EqualFunc(a, b, func(a, b any) bool { return reflect.DeepEqual(a, b) })
}

// isDescribedBy reports whether a value is what the settings say. A text that isn't UTF-8
// can't be written so that it is.
func isDescribedBy(value any, settings []Setting) bool {
	inside, _ := value.(map[string]any)
	for _, s := range settings {
		got := inside[s.Key]
		isSame := got == s.Value || s.IsBare && got != nil
		if len(s.Inside) > 0 {
			isSame = isDescribedBy(got, s.Inside)
		}
		if !isSame {
			return false
		}
	}
	return len(inside) == len(settings)
}

package config

// A Description tells a person what some keys of an account are for.
type Description struct {
	Keys []string
	Text string // with what is typed between backticks
}

// Descriptions are those of all keys, in the order of interest. The manual and
// the README have them from here.
var Descriptions = describeKeys(accountKeys)

func describeKeys(keys []key[Account]) (all []Description) {
	for _, k := range keys {
		if k.help != "" {
			all = append(all, Description{Text: k.help})
		}
		last := &all[len(all)-1]
		last.Keys = append(last.Keys, k.name)
	}
	return all
}

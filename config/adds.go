package config

import "gopkg.in/yaml.v3"

// adds reports whether the file says what another one said, and a draft, and
// nothing else.
func (f *File) adds(d Draft, to *File) bool {
	now, problem := parseYAML(f.text)
	if problem != nil || !now.isBlockMap() {
		return false
	}
	before, problem := parseYAML(to.text)
	keys := now.yaml.Content
	if problem != nil { // it was empty
		return len(keys) == 2 && keys[0].Value == "accounts" && isFirst(node{keys[1]}, d)
	}
	old := before.yaml.Content
	if !before.sameBut(now) || len(keys) < len(old) {
		return false
	}
	hadAccounts := false
	for i := 0; i < len(old); i += 2 {
		if !same(node{old[i]}, node{keys[i]}) {
			return false
		}
		value, changed := node{old[i+1]}, node{keys[i+1]}
		if old[i].Value == "accounts" {
			hadAccounts = true
			if !isOneMore(value, changed, d) {
				return false
			}
		} else if !same(value, changed) {
			return false
		}
	}
	if hadAccounts {
		return len(keys) == len(old)
	}
	return len(keys) == len(old)+2 && keys[len(old)].Value == "accounts" && isFirst(node{keys[len(old)+1]}, d)
}

// isFirst reports whether accounts are a draft and nothing else.
func isFirst(accounts node, d Draft) bool {
	content := accounts.yaml.Content
	return accounts.isBlockMap() && len(content) == 2 && d.isIn(node{content[0]}, node{content[1]})
}

// isOneMore reports whether accounts are what they were, and a draft behind
// them.
func isOneMore(before, now node, d Draft) bool {
	if before.isNull() || before.yaml.Kind == yaml.MappingNode && len(before.yaml.Content) == 0 {
		return before.yaml.Anchor == now.yaml.Anchor && isFirst(now, d)
	}
	old, content := before.yaml.Content, now.yaml.Content
	if !before.sameBut(now) || len(content) != len(old)+2 {
		return false
	}
	for i := range old {
		if !same(node{old[i]}, node{content[i]}) {
			return false
		}
	}
	return d.isIn(node{content[len(old)]}, node{content[len(old)+1]})
}

// same reports whether two values say the same, in the same way. Where they
// stand, and comments, are of no account.
func same(a, b node) bool {
	if !a.sameBut(b) || len(a.yaml.Content) != len(b.yaml.Content) {
		return false
	}
	for i := range a.yaml.Content {
		if !same(node{a.yaml.Content[i]}, node{b.yaml.Content[i]}) {
			return false
		}
	}
	return true
}

// sameBut is same but for what is inside.
func (n node) sameBut(other node) bool {
	a, b := n.yaml, other.yaml
	return a.Kind == b.Kind && a.Style == b.Style && a.Tag == b.Tag && a.Value == b.Value && a.Anchor == b.Anchor
}

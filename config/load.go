package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// A node is one value of a YAML document. It knows its line, and doesn't follow
// an alias before it's asked for what the alias stands for: what nobody asks
// for costs nothing, however often aliases multiply it.
type node struct{ yaml *yaml.Node }

// An entry is a key of a map with its value.
type entry struct {
	key    string
	line   int
	value  node
	merged bool // brought in by <<, so it's weaker than the map's own keys
}

// parseYAML reads the one document of a file.
func parseYAML(data []byte) (node, *Problem) {
	root, err := parsePrefix(data)
	if err == io.EOF || err == nil && root.isNull() { //nolint:errorlint // it's what the decoder promises
		return node{}, &Problem{Text: "the file is empty", Hint: firstAccount}
	}
	if err != nil {
		return node{}, syntaxProblem(data, err)
	}
	return root, nil
}

// parsePrefix reads the one document of a file or of a part of it.
func parsePrefix(data []byte) (root node, err error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	if err := decoder.Decode(&first); err != nil {
		return node{}, err
	}
	err = decoder.Decode(&second)
	if err == nil {
		return node{}, errors.New("a second document begins")
	}
	if err != io.EOF { //nolint:errorlint // it's what the decoder promises
		return node{}, err
	}
	return node{first.Content[0]}, nil
}

// line returns where the value stands, or the alias for it.
func (n node) line() int { return n.yaml.Line }

// isAlias reports whether the value stands elsewhere.
func (n node) isAlias() bool { return n.yaml.Kind == yaml.AliasNode }

// aliasTarget returns the value itself. An alias never stands for another alias.
func (n node) aliasTarget() *yaml.Node {
	if n.isAlias() {
		return n.yaml.Alias
	}
	return n.yaml
}

// isNull reports whether there is no value.
func (n node) isNull() bool { return n.aliasTarget().ShortTag() == "!!null" }

// isWordNull reports whether the value is the word null. One with nothing behind
// its key was more likely left unfinished, and ~ meant as a path.
func (n node) isWordNull() bool {
	return n.isNull() && strings.EqualFold(n.aliasTarget().Value, "null")
}

// isBlockMap reports whether the value itself is a map with a line for each
// key, as opposed to one in { }.
func (n node) isBlockMap() bool {
	return n.yaml.Kind == yaml.MappingNode && n.yaml.Style&yaml.FlowStyle == 0 && len(n.yaml.Content) > 0
}

// isMap reports whether the value is a map.
func (n node) isMap() bool { return n.aliasTarget().Kind == yaml.MappingNode }

// isList reports whether the value is a list.
func (n node) isList() bool { return n.aliasTarget().Kind == yaml.SequenceNode }

// listItems returns the values of a list.
func (n node) listItems() []node {
	var items []node
	for _, item := range n.aliasTarget().Content {
		items = append(items, node{item})
	}
	return items
}

// scalarValue returns a scalar as it was written, since 0123 or 1.10 may be a
// password. The error is a fault.
func (n node) scalarValue() (string, error) {
	target := n.aliasTarget()
	switch {
	case target.Kind != yaml.ScalarNode:
		return "", fault{n.kindName() + " where a single value belongs", "write it on the line of its key"}
	case target.Style&yaml.TaggedStyle != 0 && target.Tag != "!!str":
		return "", fault{"a YAML tag", "put a value that begins with ! in quotes"}
	case n.isNull():
		return "", fault{"no value", "write one, or null to take back what the defaults say; put one that begins with #, & or ~ in quotes"}
	case target.Value == "":
		return "", fault{"an empty value", "write one, or leave the key out"}
	}
	return target.Value, nil
}

// kindName names what the value is.
func (n node) kindName() string {
	switch n.aliasTarget().Kind {
	case yaml.MappingNode:
		return "a map"
	case yaml.SequenceNode:
		return "a list"
	}
	return "a single value"
}

// mapEntries returns the keys of a map in their order, its own ones first and
// then those that << merges into it. A key that isn't plain text is shown as *.
func (n node) mapEntries() ([]entry, error) {
	if n.aliasTarget().Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s where a map belongs", n.kindName())
	}
	var entries []entry
	mergeInto(&entries, n.aliasTarget(), map[*yaml.Node]bool{})
	return entries, nil
}

// mergeInto adds a map's keys and then those of the maps that it merges, each
// of them once: so an alias inside of itself comes to an end.
func mergeInto(entries *[]entry, from *yaml.Node, seen map[*yaml.Node]bool) {
	isMerged := len(seen) > 0
	seen[from] = true
	known := map[string]bool{}
	for _, e := range *entries {
		known[e.key] = true
	}
	var merged []node
	for i := 0; i < len(from.Content); i += 2 {
		key, value := from.Content[i], node{from.Content[i+1]}
		switch {
		case key.ShortTag() == "!!merge" && value.aliasTarget().Kind == yaml.MappingNode:
			merged = append(merged, value)
		case key.ShortTag() == "!!merge" && value.isList():
			merged = append(merged, value.listItems()...)
		case key.Kind != yaml.ScalarNode:
			*entries = append(*entries, entry{"*", key.Line, value, isMerged})
		case !known[key.Value]:
			*entries = append(*entries, entry{key.Value, key.Line, value, isMerged})
		}
	}
	for _, m := range merged {
		if m.aliasTarget().Kind == yaml.MappingNode && !seen[m.aliasTarget()] {
			mergeInto(entries, m.aliasTarget(), seen)
		}
	}
}

// findSecret returns the line of the first secret, however deep in the
// document, and what it is.
func (n node) findSecret() (line int, what string, found bool) {
	for i, child := range n.yaml.Content {
		if n.yaml.Kind == yaml.MappingNode && i%2 == 0 {
			value := node{n.yaml.Content[i+1]}
			if secret := secretKeys[child.Value]; secret != nil && !value.isWordNull() {
				if what := secret(value.aliasTarget().Value); what != "" {
					return child.Line, what, true
				}
			}
		}
		if line, what, found := (node{child}).findSecret(); found {
			return line, what, true
		}
	}
	return 0, "", false
}

// scalarText writes a text as YAML does, on one line, in quotes where it needs
// them.
func scalarText(text string) string {
	scalar := yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	if strings.ContainsFunc(text, unicode.IsControl) {
		scalar.Style = yaml.DoubleQuotedStyle
	}
	out, err := yaml.Marshal(&scalar)
	if err != nil {
		return strconv.Quote(text) // what isn't UTF-8 is refused when it's read
	}
	return strings.TrimSuffix(string(out), "\n")
}

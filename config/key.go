package config

import (
	"slices"
	"strings"
)

// A key is all that is to be said of a key of a map of the file. T is what the map
// becomes. The manual, the README's table and the test of every key are made of
// these, too.
type key[T any] struct {
	name string
	help string // for a person, what is typed between backticks; without one the key shares that of the key before it
	try  string // a value that isn't the default, for tests
	set  func(field, *T)

	oneOf  group                     // of which an account has at most one
	needs  string                    // another key, without which this one is an error
	alone  string                    // that error
	secret func(value string) string // what a value is that is nobody else's business, or nothing
}

// A group is a set of keys of which an account has at most one. An account that
// names one of a group inherits none of it.
type group string

const (
	ofMailbox  group = "mailbox"
	ofPassword group = "password"
)

// accountKeys are the keys of an account, in the order of interest.
var accountKeys = slices.Concat(
	[]key[Account]{{
		name: "enabled", help: "`true`; `false`: only when named on the command line",
		try: "false", set: func(f field, a *Account) { readValue(f, &a.Enabled, parseBool) },
	}},
	keysWithin(func(a *Account) *Login { return &a.Login }, loginKeys),
	keysWithin(func(a *Account) *Mailbox { return &a.Mailbox }, mailboxKeys),
	ruleKeys,
)

// The groups, by the names of their keys.
var (
	passwords = namesInGroup(loginKeys, ofPassword)
	groups    = [][]string{Kinds, passwords}
)

// keysWithin makes the keys of a part those of a whole that has it.
func keysWithin[T, P any](part func(*T) *P, keys []key[P]) []key[T] {
	all := make([]key[T], len(keys))
	for i, k := range keys {
		set := func(f field, to *T) { k.set(f, part(to)) }
		all[i] = key[T]{k.name, k.help, k.try, set, k.oneOf, k.needs, k.alone, k.secret}
	}
	return all
}

// namesOf returns the names of all keys, sorted.
func namesOf[T any](keys []key[T]) []string {
	var names []string
	for _, k := range keys {
		names = append(names, k.name)
	}
	slices.Sort(names)
	return names
}

// namesInGroup returns the names of the keys of a group, in their order.
func namesInGroup[T any](keys []key[T], of group) (names []string) {
	for _, k := range keys {
		if k.oneOf == of {
			names = append(names, k.name)
		}
	}
	return names
}

// findKey returns the key of a name that there is.
func findKey[T any](keys []key[T], name string) key[T] {
	return keys[slices.IndexFunc(keys, func(k key[T]) bool { return k.name == name })]
}

// setAll reads the fields into what their map becomes.
func setAll[T any](keys []key[T], fields []field, to *T) {
	for _, f := range fields {
		findKey(keys, f.name).set(f, to)
	}
}

// checkCompany reports a field that needs another one, which isn't there.
func (k key[T]) checkCompany(f field, all []field) {
	if k.needs != "" && !hasField(all, k.needs) {
		f.reportProblem(k.alone, "give "+k.needs+" too")
	}
}

// secretKeys tell by its name whether a key has a secret, wherever in the file it
// stands.
var secretKeys = func() map[string]func(value string) string {
	secrets := map[string]func(string) string{}
	addSecrets(secrets, accountKeys)
	addSecrets(secrets, oauthKeys)
	return secrets
}()

func addSecrets[T any](secrets map[string]func(string) string, keys []key[T]) {
	for _, k := range keys {
		if k.secret != nil {
			secrets[k.name] = k.secret
		}
	}
}

// alwaysSecret is a key's secret whatever its value.
func alwaysSecret(what string) func(string) string { return func(string) string { return what } }

// passwordInURL is the secret of a URL that has a login.
func passwordInURL(value string) string {
	if strings.Contains(value, "@") {
		return "a password"
	}
	return ""
}

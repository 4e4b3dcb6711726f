package config

import "strings"

// A Config is a configuration file that was read without a problem.
type Config struct {
	Path     string    // as it was given
	Accounts []Account // in the order of the file
}

// Account returns the account of that name.
func (c *Config) Account(name string) (Account, bool) {
	for _, account := range c.Accounts {
		if account.Name == name {
			return account, true
		}
	}
	return Account{}, false
}

// FindTaken reports whether an account has a name, and how that is written. Those
// that differ only in case would share a ledger on some file systems.
func (c *Config) FindTaken(name string) (as string, isTaken bool) {
	for _, account := range c.Accounts {
		if strings.EqualFold(account.Name, name) {
			return account.Name, true
		}
	}
	return "", false
}

// NearestName returns the name of the account that a mistyped name most likely
// means, or nothing when none comes close.
func (c *Config) NearestName(name string) string {
	names := make([]string, len(c.Accounts))
	for i, account := range c.Accounts {
		names[i] = account.Name
	}
	return NearestWord(name, names)
}

package config

import (
	"slices"
	"strings"
)

// defaultsName stands for an account in problems with the defaults.
const defaultsName = "defaults"

// firstAccount is the hint for a file without accounts.
const firstAccount = "write accounts: and below it, indented, the name of the first"

// topKeys are the keys of the file.
var topKeys = []string{"accounts", defaultsName}

// A decoder makes a Config of a YAML document and collects the problems.
type decoder struct {
	path     string // of the file, as it was given
	folder   string // where relative paths start
	problems []Problem
}

// addProblem adds a problem.
func (d *decoder) addProblem(p Problem) { d.problems = append(d.problems, p) }

// readDocument reads the text of a file. Exposed says that others than its owner
// can read it, or write it.
func (d *decoder) readDocument(data []byte, exposed bool) []Account {
	root, problem := parseYAML(data)
	if problem != nil {
		d.addProblem(*problem)
		return nil
	}
	if line, what, found := root.findSecret(); found && exposed {
		d.addProblem(Problem{Line: line, Text: what + " in a file that others can read or write", Hint: "chmod 600 " + d.path})
	}
	accounts := d.readTop(root)
	slices.SortStableFunc(d.problems, func(a, b Problem) int { return a.Line - b.Line })
	return accounts
}

// readTop reads the outermost map.
func (d *decoder) readTop(root node) []Account {
	top, ok := d.readFields("", "", root, topKeys)
	if !ok {
		return nil
	}
	var defaults []field
	for _, f := range top {
		if f.name == defaultsName {
			defaults = d.readDefaults(f)
		}
	}
	for _, f := range top {
		if f.name == "accounts" && !f.value.isNull() {
			return d.readAccounts(f, defaults)
		}
	}
	d.addProblem(Problem{Line: root.line(), Text: "no accounts", Hint: firstAccount})
	return nil
}

// readDefaults reads the keys that accounts inherit. It reports their problems, so
// that they aren't reported again for every heir.
func (d *decoder) readDefaults(f field) []field {
	if f.value.isNull() {
		return nil
	}
	fields, _ := d.readFields(defaultsName, "", f.value, namesOf(accountKeys))
	own := givenFields(overMerged(fields))
	d.checkExclusive(own)
	scratch, quiet := defaultAccount(defaultsName), &decoder{folder: d.folder}
	for i, f := range own {
		findKey(accountKeys, f.name).set(f, &scratch)
		own[i].decoder = quiet
	}
	return own
}

// readAccounts reads all accounts.
func (d *decoder) readAccounts(f field, defaults []field) []Account {
	entries, err := f.value.mapEntries()
	if err != nil {
		f.reportProblem(err.Error(), "write the name of each account, a colon, and below it, indented, its keys")
		return nil
	}
	if len(entries) == 0 {
		f.reportProblem("no account", firstAccount)
	}
	var accounts []Account
	lines := map[string]int{}
	for _, e := range entries {
		d.checkName(e, lines)
		accounts = append(accounts, d.readAccount(e, defaults))
	}
	return accounts
}

// checkName reports a name that can't be, or that is another account's. Names
// that differ only in case would share a ledger on some file systems.
func (d *decoder) checkName(e entry, lines map[string]int) {
	place := Problem{Line: e.line, Account: readableName(e.key)}
	folded := strings.ToLower(e.key)
	err := CheckName(e.key)
	if first, taken := lines[folded]; taken && err == nil {
		err = fault{duplicateText("account", first), "give it another name (A and a count as the same)"}
	}
	if err != nil {
		d.addProblem(place.withError(err))
		return
	}
	lines[folded] = e.line
}

// readAccount reads one account.
func (d *decoder) readAccount(e entry, defaults []field) Account {
	account := defaultAccount(e.key)
	var own []field
	if !e.value.isNull() {
		var ok bool
		if own, ok = d.readFields(readableName(e.key), "", e.value, namesOf(accountKeys)); !ok {
			return account
		}
	}
	own = overMerged(own)
	d.checkExclusive(givenFields(own))
	all := givenFields(overrideFields(defaults, own))
	setAll(accountKeys, all, &account)
	d.checkAccount(&account, Problem{Line: e.line, Account: readableName(e.key)}, givenFields(own), all)
	account.complete()
	return account
}

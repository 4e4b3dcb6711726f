package command

import (
	"fmt"
	"slices"

	"popfetch/store/shell"
)

// variablesFor are those that a command of the account gets beside our own.
func variablesFor(a account) []string { return []string{"POPFETCH_ACCOUNT=" + a.Name} }

// A moment of a run is when a command may be started.
type moment int

const (
	atLogin moment = iota
	whilePlanning
	atDelivery
	afterwards
)

// A namedCommand is a command of the shell that a key holds.
type namedCommand struct {
	key, text string
	when      moment
}

// commandsOf are the commands that an account has.
func commandsOf(a account) []namedCommand {
	all := []namedCommand{{"password_command", a.Password.Command, atLogin}}
	if k, _ := kindOf(a.Mailbox); k.runs {
		all = append(all, namedCommand{k.key, a.Mailbox.Place, atDelivery})
	}
	all = append(all, namedCommand{"filter", a.Filter, whilePlanning}, namedCommand{"on_new", a.OnNew, afterwards})
	if a.OAuth != nil {
		all = append(all, namedCommand{"token_command", a.OAuth.TokenCommand, atLogin})
	}
	return slices.DeleteFunc(all, func(c namedCommand) bool { return c.text == "" })
}

// mayRun reports whether a run may start a command at that moment.
func (s scope) mayRun(when moment) bool {
	switch when {
	case atLogin:
		return true
	case whilePlanning:
		return s.plans
	default:
		return s.delivers
	}
}

// missingError is an error where the shell would find no such program.
func (c namedCommand) missingError() error {
	program := shell.MissingProgram(c.text)
	if program == "" {
		return nil
	}
	return &configError{fmt.Errorf("%s: there is no program %q", c.key, program), "install it, or give the whole path to it"}
}

// missingHooks warns of programs that a login doesn't need, but a sync does.
func missingHooks(a account) (all []advice) {
	for _, command := range commandsOf(a) {
		if command.when != whilePlanning && command.when != afterwards {
			continue
		}
		if err := command.missingError(); err != nil {
			all = append(all, newWarning(hintFor(err), "%v", err))
		}
	}
	return all
}

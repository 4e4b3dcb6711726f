package command

// variablesFor are those that a command of the account gets beside our own.
func variablesFor(a account) []string { return []string{"POPFETCH_ACCOUNT=" + a.Name} }

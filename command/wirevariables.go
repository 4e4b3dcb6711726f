package command

import "popfetch/config/secret"

// credentials is the variable that names where systemd keeps the credentials of
// a service: passwords, of which only the commands that print one may have need.
const credentials = "CREDENTIALS_DIRECTORY"

// variablesFor is the environment of a command of the account: ours, without
// passwords, and without the way to the service manager, which is our own.
func variablesFor(a account) []string {
	return append(secret.Environment(credentials, a.Password.Env), "POPFETCH_ACCOUNT="+a.Name)
}

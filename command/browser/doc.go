// Package browser opens the browser of the person at the machine.
//
// Its one rule: nothing depends on whether there is one, as the address is shown
// on the terminal, too.
package browser

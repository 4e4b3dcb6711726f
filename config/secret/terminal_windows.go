package secret

import (
	"errors"
	"os"

	"golang.org/x/term"
)

// openTerminal opens the console of this process.
func openTerminal() (in, out *os.File, err error) {
	in, err = os.OpenFile("CONIN$", os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	out, err = os.OpenFile("CONOUT$", os.O_RDWR, 0)
	if err != nil {
		return nil, nil, errors.Join(err, in.Close())
	}
	return in, out, nil
}

// readUnseen reads a line that isn't echoed.
func readUnseen(in *os.File) ([]byte, error) { return term.ReadPassword(int(in.Fd())) }

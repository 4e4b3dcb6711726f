package mbox

import "golang.org/x/sys/windows"

// isAlive reports whether a process with this number exists.
func isAlive(pid int) bool {
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return err != windows.ERROR_INVALID_PARAMETER
	}
	defer windows.CloseHandle(h)
	var code uint32
	return windows.GetExitCodeProcess(h, &code) != nil || code == stillActive
}

// stillActive is the exit code of a process that has none yet, STILL_ACTIVE.
const stillActive = 259

// refusesLocks reports whether the error of a lock says that there is none.
func refusesLocks(error) bool { return false }

// isUnwritable reports whether the error says that a folder can't have a dotlock.
func isUnwritable(error) bool { return false }

package sandbox

import (
	"os"

	"github.com/landlock-lsm/go-landlock/landlock"
	"github.com/landlock-lsm/go-landlock/landlock/syscall"
)

// What Landlock allows with a file, and with a folder and all below. Nothing is
// ever executed. Refer is to move a file from one folder to another.
const (
	readFile   = syscall.AccessFSReadFile
	readFolder = readFile | syscall.AccessFSReadDir

	changeFile   = readFile | syscall.AccessFSWriteFile | syscall.AccessFSTruncate
	changeFolder = changeFile | readFolder | syscall.AccessFSMakeReg | syscall.AccessFSMakeDir |
		syscall.AccessFSRemoveFile | syscall.AccessFSRemoveDir | syscall.AccessFSRefer

	useDevice = readFile | syscall.AccessFSWriteFile | syscall.AccessFSIoctlDev
)

// leastABI is the first Landlock by which a file can be moved between folders
// (Linux 5.19): without, no Maildir could be delivered to.
const leastABI = 2

// ABI returns the version of Landlock that the kernel has, as far as it is of
// use here; 0 for none.
func ABI() int {
	if version, err := syscall.LandlockGetABIVersion(); err == nil && version >= leastABI {
		return version
	}
	return 0
}

// Enter restricts all threads of the process to the rights, as far as the kernel
// can: TCP ports from Linux 6.7 on, devices from 6.10, signals and abstract
// sockets from 6.12, all else from 5.19. Processes outside can't be traced.
// After an error nothing is restricted.
func Enter(r Rights) error {
	config := landlock.V7.BestEffort()
	if r.Abstract {
		config.Scoped &^= syscall.ScopeAbstractUnixSocket
	}
	if !ownSignalsPass() {
		config.Scoped &^= syscall.ScopeSignal
	}
	rules := pathRules(r.Read, readFile, readFolder)
	rules = append(rules, pathRules(r.Write, changeFile, changeFolder)...)
	rules = append(rules, pathRules(r.Devices, useDevice, 0)...)
	for _, port := range r.Ports {
		rules = append(rules, landlock.ConnectTCP(uint16(port)))
	}
	return config.Restrict(rules...)
}

// ownSignalsPass reports whether threads of a process that restricts itself can still
// signal each other, as Go has to. The first kernels with that scope took each
// thread for a process of its own (erratum 2 of Landlock; Linux 6.12.25 mends it).
func ownSignalsPass() bool {
	const erratum2 = 1 << 1
	mended, err := syscall.LandlockGetErrata()
	return err == nil && mended&erratum2 != 0
}

// pathRules allow one thing with files and another with folders; none at all
// where that is 0.
func pathRules(paths []string, ofFile, ofFolder landlock.AccessFSSet) (rules []landlock.Rule) {
	found, folders := existingPaths(paths)
	for i, path := range found {
		access := ofFile
		if folders[i] {
			access = ofFolder
		}
		if access != 0 {
			rules = append(rules, landlock.PathAccess(access, path).IgnoreIfMissing())
		}
	}
	return rules
}

// existingPaths are the paths that a rule can be made of: what is a folder, a file or
// a device. What is missing can't be opened anyway, and a pipe needs no rule.
func existingPaths(paths []string) (found []string, folders []bool) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err == nil && (info.IsDir() || info.Mode().IsRegular() || info.Mode()&os.ModeDevice != 0) {
			found = append(found, path)
			folders = append(folders, info.IsDir())
		}
	}
	return found, folders
}

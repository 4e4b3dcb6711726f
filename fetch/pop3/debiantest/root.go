package debiantest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// The one who has mail.
const (
	User     = "me"
	Password = "secret"
)

// IDs that nobody on the machine has, so that the servers' processes can touch nothing outside
// their root.
const (
	userID   = 58001
	popa3dID = 58002 // whom popa3d runs as until it knows the user
	mailID   = 8
)

// accounts are files of every root. The hash is that of Password, made with as few rounds as there
// may be.
var accounts = map[string]string{
	"etc/nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\n",
	"etc/passwd": fmt.Sprintf("root:x:0:0::/:/bin/sh\n"+
		"popa3d:x:%d:%[1]d::/:/bin/false\n"+User+":x:%[2]d:%[2]d::/home/"+User+":/bin/sh\n", popa3dID, userID),
	"etc/group": fmt.Sprintf("root:x:0:\nmail:x:%d:\npopa3d:x:%d:\n"+User+":x:%d:\n", mailID, popa3dID, userID),
	"etc/shadow": "root:*:19000::::::\npopa3d:*:19000::::::\n" +
		User + ":$6$rounds=1000$popfetch$" +
		"W8jbbBt4kQsV2cxKIXOctHx/d2TnK2jywfgURkdvdxrgfCiZoptWf5oN5k9RJPxGSuMOpThiXDFuCM/wUBnkw.:19000::::::\n",
	// What is read from the real one is nothing, and what is written to it is little.
	"dev/null": "",
}

// makeRoot makes the root in an empty folder.
func makeRoot(root, servers string, kind Kind) error {
	err := errors.Join(os.Chmod(root, 0o755), linkTree(root, servers))
	for _, folder := range []string{
		"etc/pam.d", "etc/courier", "dev", "tmp", "run/courier/authdaemon",
		"var/lib/popa3d", "var/mail", "home/" + User,
	} {
		err = errors.Join(err, os.MkdirAll(filepath.Join(root, folder), 0o755))
	}
	for _, files := range []map[string]string{accounts, kind.files} {
		for name, content := range files {
			err = errors.Join(err, os.WriteFile(filepath.Join(root, name), []byte(content), 0o644))
		}
	}
	return errors.Join(
		err,
		os.Chmod(filepath.Join(root, "dev/null"), 0o666),
		os.Chmod(filepath.Join(root, "var/mail"), 0o1777|fs.ModeSticky),
		os.Chown(filepath.Join(root, "home", User), userID, userID),
	)
}

// linkTree makes the same tree of the same files, as links where that is possible: the servers
// don't write to them.
func linkTree(to, from string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == from {
			return err
		}
		target := filepath.Join(to, path[len(from):])
		if entry.IsDir() {
			return os.Mkdir(target, 0o755)
		}
		if os.Link(path, target) == nil {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, content, 0o755)
	})
}

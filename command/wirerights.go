package command

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"popfetch/command/sandbox"
	"popfetch/config"
	"popfetch/store/durable"
	"popfetch/store/ledger"
)

// dnsPort is where name servers are asked what doesn't fit into a datagram
// (RFC 7766). Datagrams are beyond the sandbox.
const dnsPort = 53

// rightsFor are what a run for these accounts needs.
func (p *program) rightsFor(accounts []account, s scope) sandbox.Rights {
	r := sandbox.Rights{
		Read:    systemFiles(s.lasting),
		Devices: []string{"/dev/tty"},
		Ports:   []int{dnsPort},
		Abstract: strings.Contains(os.Getenv("DBUS_SESSION_BUS_ADDRESS"), "abstract=") ||
			strings.HasPrefix(os.Getenv("NOTIFY_SOCKET"), "@"),
	}
	if state, err := p.stateFolder(); err == nil {
		r.Write = append(r.Write, state)
	}
	if loaded := p.config.Load(); loaded != nil && s.lasting {
		r.Read = append(r.Read, loaded.Path)
		r.Read = append(r.Read, foldersHolding(loaded.Path)...)
	}
	for _, a := range accounts {
		r.Add(p.rightsOf(a, s))
	}
	return r
}

// rightsOf are what one account needs besides.
func (p *program) rightsOf(a account, s scope) sandbox.Rights {
	r := sandbox.Rights{Read: filesOf(a), Ports: p.portsOf(a)}
	if s.lasting {
		for _, file := range filesOf(a) {
			r.Read = append(r.Read, foldersHolding(file)...)
		}
	}
	if usual, err := config.StateDir(); err == nil && a.OAuth != nil {
		r.Write = append(r.Write, usual) // see commonLock
	}
	if !s.delivers {
		return r
	}
	for _, folder := range append(p.formerFolders(a), mailboxFolders(a.Mailbox)...) {
		if above := existingFolder(folder); !isWide(above) {
			folder = above // where it can be made once what is in the way is gone
		}
		r.Write = append(r.Write, folder)
	}
	return r
}

// formerFolders are those of mailboxes that the configuration named before, where
// a run which died has left something to finish.
func (p *program) formerFolders(a account) (folders []string) {
	path, err := p.stateFolder()
	if err != nil {
		return nil
	}
	state, err := durable.OpenDir(path)
	if err != nil {
		return nil
	}
	defer state.Close()
	for _, name := range p.ledgersOf(state, a) {
		for _, place := range ledger.PendingPlaces(state, name) {
			if _, m, isKnown := formerMailbox(place); isKnown {
				folders = append(folders, mailboxFolders(m)...)
			}
		}
	}
	slices.Sort(folders)
	return slices.Compact(folders)
}

// ledgersOf names the account's ledger, or those that it may take over.
func (p *program) ledgersOf(state *durable.Dir, a account) (names []string) {
	if exists, err := state.Exists(ledger.FileName(a.Name)); exists || err != nil {
		return []string{a.Name}
	}
	files, _ := state.Names(".")
	for _, file := range files {
		if name, isLedger := strings.CutSuffix(file, ledger.FileName("")); isLedger && !p.isClaimed(name) {
			names = append(names, name)
		}
	}
	return names
}

// portsOf are the TCP ports that an account's connections go to.
func (p *program) portsOf(a account) (ports []int) {
	if a.Proxy != nil {
		ports = append(ports, portIn(a.Proxy.Address)...)
	} else {
		ports = append(ports, a.Port)
	}
	if a.OAuth != nil {
		signIn, err := p.signIn(a)
		if err == nil {
			ports = append(ports, signIn.TokenPort())
		}
	}
	if k, _ := kindOf(a.Mailbox); k.connects {
		ports = append(ports, portIn(a.Mailbox.Place)...)
	}
	return ports
}

// portIn is the port of an address; none of a socket in the file system.
func portIn(address string) []int {
	_, text, err := net.SplitHostPort(address)
	port, notNumber := strconv.Atoi(text)
	if err != nil || notNumber != nil {
		return nil
	}
	return []int{port}
}

// resolver is the list of name servers.
const resolver = "/etc/resolv.conf"

// resolverFolder is the folder in which the list of name servers is replaced, or
// the one in which that will be made, as early in the boot.
func resolverFolder() string {
	path := resolver
	if target, err := os.Readlink(resolver); err == nil {
		path = target
		if !filepath.IsAbs(target) {
			path = filepath.Join("/etc", target)
		}
	}
	return existingFolder(realPath(filepath.Dir(path)))
}

// systemFiles are what the system wants to be read when a name is looked up or a
// user, by Go or by the C library, and the code of the latter's modules. With
// lasting, the list of name servers may become another file, which lies in /etc
// itself where it is no link.
func systemFiles(lasting bool) []string {
	files := []string{
		resolver, "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services", "/etc/protocols",
		"/etc/passwd", "/etc/group", "/proc/self/uid_map", "/etc/localtime", "/etc/ld.so.cache",
		"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo", "/nix/store", "/gnu/store",
		"/dev/null", "/dev/urandom",
	}
	if folder := resolverFolder(); folder != "/etc" && !isWide(folder) {
		files = append(files, folder)
	}
	if lasting {
		files = append(files, "/etc")
	}
	return files
}

package setup

import (
	"cmp"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"time"

	"popfetch/config"
)

// settings are the account's keys in the order they are written, with those
// that turned out to be needed.
func (s *setup) settings(more []config.Setting) (settings []config.Setting) {
	add := func(key, value string) {
		if value != "" {
			settings = append(settings, config.Setting{Key: key, Value: value})
		}
	}
	add("server", s.server)
	for _, m := range more {
		if m.Key == "tls" {
			add(m.Key, m.Value)
		}
	}
	add("tls_ca_file", s.path("tls-ca-file"))
	add("tls_fingerprint", s.flags.String("tls-fingerprint"))
	add("user", s.user)
	settings = append(settings, s.password...)
	if s.oauth != nil {
		settings = append(settings, config.Setting{Key: "oauth", Inside: s.oauth})
	}
	if mbox := s.path("mbox"); mbox != "" {
		add("mbox", mbox)
	} else {
		add("maildir", s.mailbox())
	}
	add("delete", s.flags.String("delete"))
	add("min_interval", s.flags.String("min-interval"))
	add("proxy", s.flags.String("proxy"))
	for _, m := range more {
		if m.Key != "tls" {
			settings = append(settings, m)
		}
	}
	return settings
}

// mailbox is the folder that is given, or proposed.
func (s *setup) mailbox() string {
	if s.maildir == "" {
		return "~/Mail/" + s.name
	}
	return wholePath(s.maildir)
}

// path is what a flag names, as the configuration has it.
func (s *setup) path(flag string) string { return wholePath(s.flags.String(flag)) }

// wholePath makes a path of the command line one for the configuration, where
// relative ones start at that file. What opens there is left to open.
func wholePath(path string) string {
	if path == "" || strings.HasPrefix(path, "~") || strings.HasPrefix(path, "$") {
		return path
	}
	whole, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return whole
}

// durationText writes a duration as the configuration has it.
func durationText(d time.Duration) string {
	if d%time.Minute == 0 {
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return d.String()
}

// common are second levels that say nothing of whose the domain is.
const common = " co com org net edu ac gov "

// proposeName makes a name of the address's domain that no account has.
func (s *setup) proposeName() string {
	local, domain, isAddress := cutLast(cmp.Or(s.email, s.user), "@")
	if !isAddress {
		local, domain = s.user, s.Host
	}
	if net.ParseIP(strings.Trim(domain, "[]")) != nil {
		domain = local
	}
	labels := strings.Split(strings.TrimSuffix(domain, "."), ".")
	own := labels[max(0, len(labels)-2)]
	if len(labels) > 2 && strings.Contains(common, " "+own+" ") {
		own = labels[len(labels)-3]
	}
	names := []string{own, own + "-" + local, local}
	for n := 2; ; n++ {
		for _, name := range names {
			if name != "" && s.checkName(name) == nil {
				return name
			}
		}
		names = []string{fmt.Sprintf("%s-%d", own, n), fmt.Sprintf("mail-%d", n)}
		if n == 2 {
			names = append(names, "mail")
		}
	}
}

// cutLast is strings.Cut at the last of them.
func cutLast(text, at string) (before, after string, found bool) {
	if i := strings.LastIndex(text, at); i >= 0 {
		return text[:i], text[i+len(at):], true
	}
	return text, "", false
}

func trimEnd(text string) string { return strings.TrimSuffix(text, "\n") }

package setup

import (
	"cmp"
	"fmt"
	"net"
	"strings"
)

// common are second levels that say nothing of whose the domain is.
const common = " co com org net edu ac gov "

// withName returns the answers with a name, whether or not that has been chosen.
func (s *setup) withName(a Answers, c choice) Answers {
	if a.Name == "" {
		a.Name = s.proposeName(a, c)
	}
	return a
}

// proposeName makes a name of the address's domain that no account has.
func (s *setup) proposeName(a Answers, c choice) string {
	local, domain, isAddress := cutLast(cmp.Or(a.Email, c.user), "@")
	if !isAddress {
		local, domain = c.user, c.Host
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

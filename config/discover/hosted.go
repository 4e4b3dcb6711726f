package discover

import (
	"context"
	"net"
)

// askMX looks for a known provider behind the domain's MX records.
func (s *search) askMX(ctx context.Context) ([]Found, error) {
	if s.NoDNS {
		return nil, nil
	}
	s.Looking("the MX record of " + s.domain)
	records, err := lookupDNS(ctx, s, func(ctx context.Context) ([]*net.MX, error) {
		return s.Resolver.LookupMX(ctx, s.domain+".")
	})
	if err != nil && !isAbsent(err) {
		s.noteFailure("the MX record of "+s.domain, err)
	}
	for _, record := range records[:min(len(records), maxRecords)] { // the preferred first
		if host, ok := parseHost(record.Host); ok {
			s.mail = append(s.mail, host)
		}
	}
	for _, host := range s.mail {
		if p := providerBehind(host); p != nil {
			candidates, err := s.serverAt(p, "the MX record of "+s.domain+", which is "+p.name+"'s")
			for i := range candidates {
				candidates[i].Foreign = !isWithin(candidates[i].Host, s.domain)
			}
			return candidates, err
		}
	}
	return nil, nil
}

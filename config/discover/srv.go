package discover

import (
	"context"
	"net"

	"popfetch/config"
)

// maxRecords bounds what is taken of one DNS answer.
const maxRecords = 8

// askSecureSRV asks the domain's SRV records of servers with TLS from the first byte,
// which are the better ones (RFC 8314, section 5.1).
func (s *search) askSecureSRV(ctx context.Context) ([]Found, error) {
	return s.findRecords(ctx, "pop3s", config.TLSImplicit), nil
}

// askUpgradedSRV asks those of servers with STLS. One that hasn't got it isn't talked
// to, and a domain that offers neither kind has the last word.
func (s *search) askUpgradedSRV(ctx context.Context) ([]Found, error) {
	candidates := s.findRecords(ctx, "pop3", config.TLSStartTLS)
	if s.denied[config.TLSImplicit] && s.denied[config.TLSStartTLS] {
		return nil, &NoPOP3Error{Provider: s.domain, Way: "its SRV records say that it has none; ask whoever runs its mail"}
	}
	return candidates, nil
}

// findRecords returns the candidates of one kind of service (RFC 6186, section
// 3.3). A record without a target says that there is none (RFC 2782).
func (s *search) findRecords(ctx context.Context, service string, mode config.TLSMode) (candidates []Found) {
	if s.NoDNS {
		return nil
	}
	name := "_" + service + "._tcp." + s.domain
	s.Looking("the SRV record " + name)
	for _, record := range s.lookupSRV(ctx, service, name) {
		if record.Target == "." {
			s.denied[mode] = true
			continue
		}
		if f, ok := s.fromRecord(record, mode); ok {
			f.Source = "the SRV record " + name
			candidates = append(candidates, f.fromProvider())
		}
	}
	return candidates
}

// lookupSRV returns some records in the order they are to be tried, or none.
// The name is asked for with a dot at its end, or the system might look for it
// below a domain of the network it's in.
func (s *search) lookupSRV(ctx context.Context, service, name string) []*net.SRV {
	records, err := lookupDNS(ctx, s, func(ctx context.Context) ([]*net.SRV, error) {
		_, records, err := s.Resolver.LookupSRV(ctx, service, "tcp", s.domain+".")
		return records, err
	})
	if err != nil && !isAbsent(err) {
		s.noteFailure("the SRV record "+name, err)
	}
	return records[:min(len(records), maxRecords)] // Those that make sense come with an error about the rest.
}

// fromRecord makes a candidate of a record. Records say nothing of a login:
// it's the address, or else what stands before the @ (RFC 6186, section 4).
func (s *search) fromRecord(record *net.SRV, mode config.TLSMode) (Found, bool) {
	host, ok := parseHost(record.Target)
	return Found{
		Host: host, Port: int(record.Port), TLS: mode, Users: []string{s.whole, s.local},
		Foreign: !isWithin(host, s.domain),
	}, ok && record.Port != 0
}

package discovertest

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// A record is one line of what the name server knows.
type record struct {
	name  string
	fault string // or empty
	kind  dnsmessage.Type
	body  dnsmessage.ResourceBody
}

var faults = []string{"SERVFAIL", "SILENCE", "GARBAGE", "FORGED"}

// parseRecord reads NAME TYPE DATA….
func parseRecord(line string) (record, error) {
	fields := strings.Fields(line)
	if len(fields) < 2 {
		return record{}, errors.New("not NAME TYPE DATA")
	}
	r := record{name: strings.ToLower(fields[0])}
	data := fields[2:]
	var err error
	switch kind := fields[1]; {
	case slices.Contains(faults, kind):
		r.fault = kind
	case kind == "SRV" && len(data) == 4:
		r.kind = dnsmessage.TypeSRV
		r.body, err = parseSRV(data)
	case kind == "MX" && len(data) == 2:
		r.kind = dnsmessage.TypeMX
		r.body, err = parseMX(data)
	case kind == "A" && len(data) == 1:
		r.kind = dnsmessage.TypeA
		r.body, err = parseA(data[0])
	default:
		err = fmt.Errorf("no %s with %d fields", kind, len(data))
	}
	return r, err
}

func parseSRV(data []string) (*dnsmessage.SRVResource, error) {
	var numbers [3]uint16
	for i := range numbers {
		n, err := strconv.ParseUint(data[i], 10, 16)
		if err != nil {
			return nil, err
		}
		numbers[i] = uint16(n)
	}
	target, err := parseName(data[3])
	return &dnsmessage.SRVResource{Priority: numbers[0], Weight: numbers[1], Port: numbers[2], Target: target}, err
}

func parseMX(data []string) (*dnsmessage.MXResource, error) {
	preference, err := strconv.ParseUint(data[0], 10, 16)
	if err != nil {
		return nil, err
	}
	host, err := parseName(data[1])
	return &dnsmessage.MXResource{Pref: uint16(preference), MX: host}, err
}

func parseA(text string) (*dnsmessage.AResource, error) {
	address, err := netip.ParseAddr(text)
	if err != nil || !address.Is4() {
		return nil, fmt.Errorf("not an address: %q", text)
	}
	return &dnsmessage.AResource{A: address.As4()}, nil
}

// parseName adds the dot at the end. Any characters can be sent, but no label
// that is empty.
func parseName(text string) (dnsmessage.Name, error) {
	if text = strings.TrimSuffix(text, "."); slices.Contains(strings.Split(text, "."), "") && text != "" {
		return dnsmessage.Name{}, fmt.Errorf("a name with an empty label: %q", text)
	}
	return dnsmessage.NewName(text + ".")
}

// toResource is the record as it's sent, under the name as it was asked for.
func (r record) toResource(name dnsmessage.Name) dnsmessage.Resource {
	return dnsmessage.Resource{
		Header: dnsmessage.ResourceHeader{Name: name, Type: r.kind, Class: dnsmessage.ClassINET, TTL: 60},
		Body:   r.body,
	}
}

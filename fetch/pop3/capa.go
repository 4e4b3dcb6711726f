package pop3

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// Capabilities are what the server announces, RFC 2449: the name of each, in
// upper case, with its parameters as sent. They may differ before and after
// STLS, and before and after the login. Nil means that the server doesn't know
// CAPA.
type Capabilities map[string][]string

// Names of capabilities.
const (
	CapTop        = "TOP"
	CapUser       = "USER"
	CapSASL       = "SASL"
	CapRespCodes  = "RESP-CODES"
	CapLoginDelay = "LOGIN-DELAY"
	CapExpire     = "EXPIRE"
	CapPipelining = "PIPELINING"
	CapUIDL       = "UIDL"
	CapSTLS       = "STLS"
)

// NewCapabilities returns the capabilities that a server announces in these
// lines.
func NewCapabilities(lines ...string) Capabilities {
	c := Capabilities{}
	for _, line := range lines {
		c.addLine(strings.Fields(line))
	}
	return c
}

// Lines returns the lines in which a server would announce the capabilities,
// in the order of their names.
func (c Capabilities) Lines() (lines []string) {
	for _, name := range slices.Sorted(maps.Keys(c)) {
		lines = append(lines, strings.Join(append([]string{name}, c[name]...), " "))
	}
	return lines
}

// Has reports whether the capability is announced.
func (c Capabilities) Has(name string) bool {
	_, ok := c[name]
	return ok
}

// HasSASL reports whether the SASL mechanism is announced, RFC 5034 section 3.
func (c Capabilities) HasSASL(mechanism string) bool {
	return slices.ContainsFunc(c[CapSASL], func(m string) bool { return strings.EqualFold(m, mechanism) })
}

// Capabilities asks for the server's capabilities. A server that doesn't know
// CAPA is no error: nil is returned.
func (c *Client) Capabilities() (Capabilities, error) {
	if err := c.sendCommand("CAPA", "CAPA"); err != nil {
		return nil, err
	}
	return c.capaReply()
}

// AssumeCapabilities takes it that the server has just told these capabilities.
func (c *Client) AssumeCapabilities(caps Capabilities) { c.caps = caps }

// Announced returns the capabilities that the server last told, without asking
// again.
func (c *Client) Announced() Capabilities { return c.caps }

// capaBound is ample: RFC 2449 names a dozen capabilities.
var capaBound = bound{lines: 200, bytes: 64 << 10, problem: "the list has no end"}

func (c *Client) capaReply() (Capabilities, error) {
	_, err := c.readStatus("CAPA")
	if refused := (*Error)(nil); errors.As(err, &refused) {
		c.caps = nil
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	caps := Capabilities{}
	err = c.readLines("CAPA", capaBound, func(line []byte) error {
		if c.trace != nil {
			c.trace.receivedLine(c.redactLine(line))
		}
		caps.addLine(strings.Fields(string(line)))
		return nil
	})
	if err != nil {
		return nil, err
	}
	c.caps = caps
	return caps, nil
}

// capaAgain is capaReply for those who look at Announced afterwards.
func (c *Client) capaAgain() error {
	_, err := c.capaReply()
	return err
}

// addLine takes a line of the reply. What a server tells in two lines of one name
// counts together.
func (c Capabilities) addLine(words []string) {
	if len(words) > 0 {
		name := strings.ToUpper(words[0])
		c[name] = append(c[name], words[1:]...)
	}
}

// IsPipelining reports whether commands are sent ahead of replies. A server that
// ends its lines with LF alone gets one at a time, so that it shows at once if a
// message had another end than the one that was found.
func (c *Client) IsPipelining() bool {
	return !c.bare && !c.bareReplies && (c.pipelines == On || c.pipelines == Auto && c.caps.Has(CapPipelining))
}

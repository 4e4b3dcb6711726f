package config

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"strings"
)

// TLS says how the connection is protected.
type TLS struct {
	Mode         TLSMode
	CAFile       string        // PEM file of trusted authorities; empty: the system's
	ServerName   string        // name the certificate must have; empty: the host
	MinVersion   uint16        // a constant of crypto/tls; 0 where none is named: 1.2, the oldest that RFC 8996 leaves in use
	ClientCert   string        // PEM file; empty: none
	ClientKey    string        // PEM file, the same as ClientCert when that holds both
	Insecure     bool          // accepts any certificate, unless there are Fingerprints
	Fingerprints []Fingerprint // if any, exactly these certificates are trusted
	Legacy       []string      // what is allowed again for an old server, by its words
}

// tlsKeys are the keys that say how TLS is to be, and whom it may trust.
var tlsKeys = []key[TLS]{
	{
		name: "tls_ca_file", help: "whom to trust, by what name, from which version on (`1.2`; `1.0`, `1.1`, `1.3`)",
		try: "/ca.pem", set: func(f field, t *TLS) { f.readPath(&t.CAFile) },
	},
	{name: "tls_server_name", try: "mail.example.org", set: func(f field, t *TLS) { readValue(f, &t.ServerName, asIs) }},
	{name: "tls_min_version", try: "1.3", set: func(f field, t *TLS) { readValue(f, &t.MinVersion, parseTLSVersion) }},
	{
		name: "tls_fingerprint", help: "one or a list of `sha256:HEX`: trusts exactly these certificates",
		try: "sha256:" + strings.Repeat("00:", 31) + "01", set: setFingerprints,
	},
	{
		name: "tls_client_cert", help: "a certificate of your own to show",
		try: "/me.pem", set: func(f field, t *TLS) { f.readPath(&t.ClientCert) },
	},
	{
		name: "tls_client_key", needs: "tls_client_cert", alone: "a key without its certificate",
		try: "/me.key", set: func(f field, t *TLS) { f.readPath(&t.ClientKey) },
	},
	{
		name: "tls_insecure", help: "`false`; `true` trusts anybody, and says so on each run",
		try: "true", set: func(f field, t *TLS) { readValue(f, &t.Insecure, parseBool) },
	},
	{
		name: "tls_legacy",
		help: "`none`; for an old server one or a list of `rsa` (key exchange by RSA), `3des`, `small-hello` (no long first message, and so " +
			"no post-quantum keys)",
		try: "[rsa, none]", set: setLegacy,
	},
}

// complete fills in what follows from other keys.
func (t *TLS) complete() {
	if t.ClientKey == "" {
		t.ClientKey = t.ClientCert
	}
}

// TLSMode says when TLS begins.
type TLSMode int

// The values of tls. The zero value is the safe one.
const (
	TLSImplicit TLSMode = iota // from the first byte (POP3S)
	TLSStartTLS                // by the command STLS, which is required
	TLSNone                    // never
)

// tlsModes are the words for TLSMode, by value.
var tlsModes = []string{"implicit", "starttls", "none"}

// String returns the word of the configuration.
func (m TLSMode) String() string { return tlsModes[m] }

// defaultPort returns the port where a server of this mode listens.
func (m TLSMode) defaultPort() int {
	if m == TLSImplicit {
		return 995
	}
	return 110
}

// parseTLSVersion reads a version of TLS.
func parseTLSVersion(text string) (uint16, error) {
	versions := map[string]uint16{
		"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13,
	}
	version, ok := versions[text]
	if !ok {
		return 0, fault{"no such version " + quoteShort(text), "use 1.0, 1.1, 1.2 or 1.3"}
	}
	return version, nil
}

// tlsLegacies are the words of tls_legacy, the default first.
var tlsLegacies = []string{"none", "rsa", "3des", "small-hello"}

// A Fingerprint is the SHA-256 of a certificate in DER.
type Fingerprint [sha256.Size]byte

// ParseFingerprint reads sha256:HEX, with or without the colons that OpenSSL
// prints between the bytes.
func ParseFingerprint(text string) (Fingerprint, error) {
	var sum Fingerprint
	algorithm, digits, _ := strings.Cut(text, ":")
	bytes, err := hex.DecodeString(strings.ReplaceAll(digits, ":", ""))
	if !strings.EqualFold(algorithm, "sha256") || err != nil || len(bytes) != len(sum) {
		return sum, fault{"not a fingerprint", "write sha256: and 64 hexadecimal digits"}
	}
	copy(sum[:], bytes)
	return sum, nil
}

// setFingerprints reads one fingerprint or a list of them.
func setFingerprints(f field, t *TLS) {
	t.Fingerprints = nil
	for _, item := range f.listItems() {
		var sum Fingerprint
		readValue(item, &sum, ParseFingerprint)
		t.Fingerprints = append(t.Fingerprints, sum)
	}
}

// setLegacy reads one of the words or a list of them.
func setLegacy(f field, t *TLS) {
	t.Legacy = nil
	for _, item := range f.listItems() {
		var word string
		readValue(item, &word, oneOf(tlsLegacies))
		if word != "" && word != tlsLegacies[0] {
			t.Legacy = append(t.Legacy, word)
		}
	}
}

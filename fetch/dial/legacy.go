package dial

import "crypto/tls"

// Legacy allows again what crypto/tls no longer does by itself. Each is weaker,
// and for a server that can't do better.
type Legacy struct {
	RSA        bool // key exchange by RSA: whoever gets the server's key later can read what was recorded (RFC 9325, section 4.1)
	TripleDES  bool // 3DES, RFC 9325 section 4.1: 64-bit blocks
	SmallHello bool // a first message of less than 1,400 bytes, and so without post-quantum keys
}

// The cipher suites that each of them adds. RC4 stays out (RFC 7465), as does
// what crypto/tls calculates in a time that depends on the text.
var (
	rsaSuites = []uint16{
		tls.TLS_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_AES_256_CBC_SHA,
	}
	tripleDESSuites    = []uint16{tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA}
	rsaTripleDESSuites = []uint16{tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}
)

// shortKeys are the groups whose keys fit into a small first message.
var shortKeys = []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}

// applyTo adds to the configuration what is allowed again. crypto/tls orders the
// suites itself, the weak ones last.
func (l Legacy) applyTo(config *tls.Config) {
	if l.SmallHello {
		config.CurvePreferences = shortKeys
	}
	if !l.RSA && !l.TripleDES {
		return // and the suites are those of crypto/tls
	}
	for _, suite := range tls.CipherSuites() {
		config.CipherSuites = append(config.CipherSuites, suite.ID)
	}
	if l.RSA {
		config.CipherSuites = append(config.CipherSuites, rsaSuites...)
	}
	if l.TripleDES {
		config.CipherSuites = append(config.CipherSuites, tripleDESSuites...)
	}
	if l.RSA && l.TripleDES {
		config.CipherSuites = append(config.CipherSuites, rsaTripleDESSuites...)
	}
}

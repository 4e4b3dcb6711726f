package authtest

import (
	"crypto/tls"
	"hash"

	"github.com/xdg-go/scram"

	"popfetch/fetch/pop3/pop3d"
)

// Iterations is how often a password is hashed, if no Tamper says otherwise.
const Iterations = 4096

// Tamper changes what the server says: its first or its second message, or
// leaves the second out by making it empty.
type Tamper func(step int, message string) string

// AsItIs changes nothing.
func AsItIs(_ int, message string) string { return message }

// SCRAM is SCRAM, RFC 5802 and 7677, for a server that offers it bound to the
// channel as well if offersPlus is set.
func SCRAM(hash func() hash.Hash, offersPlus bool, tamper Tamper) Begin {
	return beginSCRAM(scram.HashGeneratorFcn(hash).NewClient, hash, offersPlus, tamper)
}

// SCRAMAsIs is SCRAM of a server that hashes the password as it was typed, as
// Dovecot does, and not in the form of RFC 4013.
func SCRAMAsIs(hash func() hash.Hash) Begin {
	return beginSCRAM(scram.HashGeneratorFcn(hash).NewClientUnprepped, hash, false, AsItIs)
}

// A hasher makes what is kept of a password.
type hasher func(name, password, authzID string) (*scram.Client, error)

func beginSCRAM(hashed hasher, hash func() hash.Hash, offersPlus bool, tamper Tamper) Begin {
	return func(c *pop3d.Conn, accept func(string)) pop3d.Mechanism {
		server, err := scram.HashGeneratorFcn(hash).NewServer(func(name string) (scram.StoredCredentials, error) {
			return storedCredentials(hashed, c, name)
		})
		if err != nil {
			panic(err) // there is no way for it to fail
		}
		if state := c.TLS(); offersPlus && state != nil {
			return scramDialogue(server.NewConversationWithChannelBinding(bindingOf(state)), accept, tamper)
		}
		return scramDialogue(server.NewConversation(), accept, tamper)
	}
}

// bindingOf is what the server takes the channel to be bound by.
func bindingOf(state *tls.ConnectionState) scram.ChannelBinding {
	if state.Version < tls.VersionTLS13 {
		return scram.ChannelBinding{} // the server's own certificate isn't in the state
	}
	binding, err := scram.NewTLSExporterBinding(state)
	if err != nil {
		panic(err) // TLS 1.3 always can
	}
	return binding
}

// storedCredentials is what a server keeps of the password.
func storedCredentials(hashed hasher, c *pop3d.Conn, name string) (scram.StoredCredentials, error) {
	password, known := c.Password(name)
	if !known {
		return scram.StoredCredentials{}, errRefused
	}
	client, err := hashed(name, password, "")
	if err != nil {
		return scram.StoredCredentials{}, err
	}
	return client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "some salt", Iters: Iterations})
}

func scramDialogue(conversation *scram.ServerConversation, accept func(string), tamper Tamper) pop3d.Mechanism {
	letIn := func([]byte) ([]byte, step, error) {
		accept(conversation.Username())
		return nil, nil, nil
	}
	check := func(response []byte) ([]byte, step, error) {
		final, err := conversation.Step(string(response))
		if err != nil {
			return nil, nil, err
		}
		if final = tamper(2, final); final == "" {
			return letIn(nil)
		}
		return []byte(final), letIn, nil
	}
	return askFirst("", func(response []byte) ([]byte, step, error) {
		first, err := conversation.Step(string(response))
		return []byte(tamper(1, first)), check, err
	})
}

package auth

import (
	"errors"

	"github.com/emersion/go-sasl"

	"popfetch/fetch/pop3"
)

// loginSASL logs in by AUTH, RFC 5034.
func (m mechanism) loginSASL(c *pop3.Client, k key) (spent bool, err error) {
	client, err := m.client(k)
	if err != nil {
		return false, &pop3.MechanismError{Err: err}
	}
	counting := &counting{Client: client}
	err = c.Auth(counting, k.secret)
	if said, ok := errors.AsType[*scramError](err); ok {
		said.reason = c.Redact(said.reason)
	}
	if prover, ok := client.(prover); ok && err == nil && !prover.isServerProved() {
		err = &pop3.MechanismError{Err: errUnproved}
	}
	_, atFault := errors.AsType[*pop3.MechanismError](err) // and no server to show more to
	return atFault || counting.responses >= m.proof, err
}

// A prover is a mechanism in which the server, too, has to prove that it knows
// the password.
type prover interface{ isServerProved() bool }

var errUnproved = errors.New("the server doesn't prove that it knows the password: somebody may pose as it")

// counting is a mechanism that counts our responses.
type counting struct {
	sasl.Client
	responses int
}

// Start implements sasl.Client.
func (c *counting) Start() (name string, initial []byte, err error) {
	name, initial, err = c.Client.Start()
	if initial != nil {
		c.responses++
	}
	return name, initial, err
}

// Next implements sasl.Client.
func (c *counting) Next(challenge []byte) ([]byte, error) {
	response, err := c.Client.Next(challenge)
	if err == nil {
		c.responses++
	}
	return response, err
}

// A slow mechanism keeps its initial response back until the server asks for
// it by an empty challenge, as if the command had no room for it.
type slow struct {
	sasl.Client
	held []byte
}

// Start implements sasl.Client.
func (s *slow) Start() (name string, initial []byte, err error) {
	name, s.held, err = s.Client.Start()
	return name, nil, err
}

// Next implements sasl.Client.
func (s *slow) Next(challenge []byte) ([]byte, error) {
	if held := s.held; held != nil {
		s.held = nil
		return held, nil
	}
	return s.Client.Next(challenge)
}

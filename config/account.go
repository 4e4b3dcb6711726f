package config

import (
	"net"
	"strconv"
	"time"

	"popfetch/config/secret"
)

// The times of an account that names none.
const (
	defaultTimeout        = 60 * time.Second
	defaultConnectTimeout = 30 * time.Second
)

// authMechanisms are the values of auth, the default first.
var authMechanisms = []string{
	"auto", "scram-sha-256", "scram-sha-1", "cram-md5", "plain", "login", "user", "apop", "oauthbearer", "xoauth2", "external",
}

// An Account is one server login with its rules and its destination. Commands
// (Filter, OnNew, Pipe) are for /bin/sh -c; paths are absolute.
type Account struct {
	Name    string // also a file name in the state folder
	Enabled bool   // false: only when it's named on the command line

	Host string // name or address, without brackets
	Port int
	TLS  TLS

	User               string
	Auth               string // one of the contract's words; auto lets the server's offer decide
	Password           secret.Source
	AllowPlaintextAuth bool
	OAuth              *OAuth // nil: none

	// Exactly one of Maildir, MBox, Pipe and LMTP is set, except in an account
	// made from a URL.
	Maildir string
	MBox    string
	Pipe    string
	LMTP    LMTP

	Delete      Delete
	Start       Start
	MaxSize     int64 // bytes; 0: no limit
	MaxMessages int   // per session; 0: no limit
	Filter      string
	OnNew       string

	MinInterval    time.Duration // 0: none
	ErrorGrace     time.Duration
	Timeout        time.Duration // without a byte in either direction
	ConnectTimeout time.Duration
	Proxy          *Proxy // nil: none
	Pipelining     Pipelining
}

// Address returns host and port for a dialler.
func (a Account) Address() string {
	return net.JoinHostPort(a.Host, strconv.Itoa(a.Port))
}

// Title is what a person calls the account: its name, or user@host where it was
// named by a URL.
func (a Account) Title() string {
	if a.Password.URL {
		return a.User + "@" + a.server()
	}
	return a.Name
}

// server is the host, with the port where that isn't the usual one.
func (a Account) server() string {
	if a.Port == a.TLS.Mode.port() {
		return a.Host
	}
	return a.Address()
}

// complete fills in what follows from other keys.
func (a *Account) complete() {
	if a.Port == 0 {
		a.Port = a.TLS.Mode.port()
	}
	a.TLS.complete()
	a.Password.Login = a.User + "@" + a.Host
}

// Pipelining says whether commands are sent before earlier ones are answered.
type Pipelining int

// The values of pipelining.
const (
	PipeliningAuto Pipelining = iota // as the server announces
	PipeliningOn
	PipeliningOff
)

// pipelinings are the words for Pipelining, by value.
var pipelinings = []string{"auto", "on", "off"}

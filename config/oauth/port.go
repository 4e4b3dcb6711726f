package oauth

import (
	"net"
	"strconv"
)

// maxPorts is how many ports are tried that must be free in two places.
const maxPorts = 20

// A listenFunc is net.Listen.
type listenFunc func(network, address string) (net.Listener, error)

// listenAt opens a port that the system chooses, wherever a browser may look
// for the host: localhost is ::1 as well, where the browser would meet
// whoever else listens there.
func listenAt(host string, listen listenFunc) (all []net.Listener, err error) {
	if host != "localhost" {
		return listenFour(listen, "0")
	}
	for range maxPorts {
		six, missing := listen("tcp6", "[::1]:0")
		if missing != nil {
			return listenFour(listen, "0") // There is no IPv6.
		}
		if all, err = listenFour(listen, portOf(six)); err == nil {
			return append(all, six), nil
		}
		_ = six.Close() // Nobody has come yet.
	}
	return nil, err
}

// listenFour opens a port at the loopback of IPv4.
func listenFour(listen listenFunc, port string) ([]net.Listener, error) {
	four, err := listen("tcp4", net.JoinHostPort(loopbackHost, port))
	if err != nil {
		return nil, err
	}
	return []net.Listener{four}, nil
}

// portOf is the port that the system chose.
func portOf(listener net.Listener) string {
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}

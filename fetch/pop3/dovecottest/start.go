package dovecottest

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

// startTries is how often ports are asked for anew when somebody else was faster to take them.
const startTries = 5

// errPortTaken is the one failure to start that another try can mend.
var errPortTaken = errors.New("a port was taken by somebody else")

// startOnFreePorts runs dovecot on ports that are free now.
func (s *Server) startOnFreePorts(program string, set settings) error {
	ports, err := set.freePorts()
	if err != nil {
		return err
	}
	greeting := "Dovecot " + rand.Text() + " ready."
	text := config{
		Home: s.home, User: s.account.name, Group: s.account.group,
		PlainPort: ports[0], TLSPort: ports[1],
		Greeting: greeting, Mechanisms: set.mechanisms, UIDLFormat: set.uidlFormat,
		Extra: strings.ReplaceAll(strings.Join(set.extra, "\n"), homeMark, s.home),
	}.String()
	for name, content := range set.files {
		if err := s.account.writeFile(s.pathOf(name), content); err != nil {
			return err
		}
	}
	err = errors.Join(
		s.account.writeFile(s.pathOf("dovecot.conf"), []byte(text)),
		s.account.writeFile(s.pathOf("log"), nil),
	)
	if err != nil {
		return err
	}
	log, err := os.OpenFile(s.pathOf("log"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	defer log.Close()
	if s.process, err = launchDovecot(program, s.pathOf("dovecot.conf"), s.account, log); err != nil {
		s.process = nil
		return err
	}
	s.PlainAddr = fmt.Sprintf("127.0.0.1:%d", ports[0])
	s.TLSAddr = fmt.Sprintf("127.0.0.1:%d", ports[1])
	return s.waitReady(greeting)
}

// waitReady connects until this very instance greets. Dovecot opens all its ports before it
// serves the first, and whoever else may listen on the port doesn't know the greeting.
func (s *Server) waitReady(greeting string) error {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		if !s.process.isRunning() {
			return s.whyEnded()
		}
		if strings.HasPrefix(greetingOf(s.PlainAddr), "+OK "+greeting) {
			return nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	return errors.New("it doesn't take connections")
}

// greetingOf returns the first line that whoever listens at the address says, if anybody does.
func greetingOf(address string) string {
	conn, err := net.DialTimeout("tcp", address, time.Second/2)
	if err != nil {
		return ""
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Second / 2)); err != nil {
		return ""
	}
	line, _ := bufio.NewReader(conn).ReadString('\n')
	return line
}

// whyEnded makes an error from the log of an instance that ended by itself.
func (s *Server) whyEnded() error {
	log, err := os.ReadFile(s.pathOf("log"))
	if err != nil {
		return err
	}
	if strings.Contains(string(log), "Address already in use") {
		return errPortTaken
	}
	return errors.New("it ended at once")
}

// freePorts asks the kernel for two ports that nobody listens on.
func freePorts() (ports [2]int, err error) {
	for i := range ports {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return ports, err
		}
		defer listener.Close() // Only at the end, or the second could be the first again.
		ports[i] = listener.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}

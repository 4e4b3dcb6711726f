package pop3d

import (
	"bytes"
	"net"
)

// A bareListener has its connections end what they write by LF where it was
// CRLF, as Server.BareLF has it.
type bareListener struct{ net.Listener }

// Accept waits for the next connection.
func (l bareListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &bareConn{Conn: conn}, nil
}

// A bareConn takes the CR from each CRLF. A CR at the end of what is written
// waits for what comes next.
type bareConn struct {
	net.Conn
	cr bool
}

// Write writes p, less what is taken from it.
func (c *bareConn) Write(p []byte) (int, error) {
	text := bytes.Clone(p)
	if c.cr {
		text = append([]byte{'\r'}, text...)
	}
	text, c.cr = bytes.CutSuffix(text, []byte{'\r'})
	if _, err := c.Conn.Write(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))); err != nil {
		return 0, err
	}
	return len(p), nil
}

package pop3

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

// patience bounds every connection of a test: one that hangs tells nothing.
const patience = 20 * time.Second

// converse returns a client whose server goes by the script, line by line:
//
//	S: the server says this line
//	S" the server says these bytes, quoted as in Go
//	C: the client must send this line, and none behind it unless the script
//	   has a further C: there
//	X: the server hangs up
//
// Behind the script the client must send nothing.
func converse(t *testing.T, options *Options, script string) *Client {
	t.Helper()
	near, far := net.Pipe()
	c := New(context.Background(), near, options)
	s := &scripted{t: t, conn: far, r: bufio.NewReaderSize(far, 64<<10)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer far.Close()
		s.play(strings.TrimSpace(script))
	}()
	t.Cleanup(func() {
		c.Close()
		<-done
	})
	return c
}

// A scripted is a server that goes by a script.
type scripted struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

func (s *scripted) play(script string) {
	s.conn.SetDeadline(time.Now().Add(patience))
	for line := range strings.Lines(script) {
		line = strings.TrimLeft(strings.TrimSuffix(line, "\n"), "\t")
		if line == "" {
			continue
		}
		if err := s.step(line[:2], strings.TrimPrefix(line[2:], " ")); err != nil {
			s.t.Errorf("%s: %v", line, err)
			return
		}
		if line == "X:" {
			return
		}
	}
	if rest, _ := io.ReadAll(s.r); len(rest) > 0 {
		s.t.Errorf("behind the script the client sent %.200q", rest)
	}
}

func (s *scripted) step(who, text string) error {
	switch who {
	case "S:":
		return s.say(text + "\r\n")
	case `S"`:
		raw, err := strconv.Unquote(`"` + text)
		if err != nil {
			return err
		}
		return s.say(raw)
	case "C:":
		line, err := s.r.ReadString('\n')
		if err != nil {
			return fmt.Errorf("got %q, %w", line, err)
		}
		if line != text+"\r\n" {
			return fmt.Errorf("got %q", line)
		}
		return nil
	case "X:":
		return nil
	default:
		return fmt.Errorf("no line of a script")
	}
}

func (s *scripted) say(text string) error {
	if ahead := s.r.Buffered(); ahead > 0 {
		early, _ := s.r.Peek(ahead)
		return fmt.Errorf("the client sent %q too early", early)
	}
	_, err := io.WriteString(s.conn, text)
	return err
}

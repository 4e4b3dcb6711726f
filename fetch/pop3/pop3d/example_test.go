package pop3d_test

import (
	"bufio"
	"fmt"
	"net"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

// A server for a test: two messages, and a connection that breaks in the
// second one, the first time.
func Example() {
	drop := pop3d.NewMaildrop(
		pop3d.Message{UID: "a", Body: []byte("Subject: one\r\n\r\n1\r\n")},
		pop3d.Message{UID: "b", Body: []byte("Subject: two\r\n\r\n2\r\n")},
	)
	server := &pop3d.Server{
		Users:     map[string]pop3d.User{"me": {Password: "secret", Maildrop: drop}},
		Intercept: fault.When(fault.Nth(1, fault.UID("RETR", "b")), fault.CutBody(4)),
	}
	if err := server.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	conn, err := net.Dial("tcp", server.Addr())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	fmt.Fprint(conn, "USER me\r\nPASS secret\r\nRETR 1\r\nRETR 2\r\nQUIT\r\n")
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		fmt.Println(lines.Text())
	}
	fmt.Println("taken up:", server.Sessions()[0].Commands)
	// Output:
	// +OK pop3d is ready
	// +OK and the password?
	// +OK 2 messages
	// +OK 19 octets
	// Subject: one
	//
	// 1
	// .
	// +OK 19 octets
	// Subj
	// taken up: [USER me PASS secret RETR 1 RETR 2]
}

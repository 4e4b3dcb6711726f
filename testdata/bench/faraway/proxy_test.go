package faraway_test

import (
	"bufio"
	"fmt"
	"net"
	"testing"
	"time"

	"popfetch/testdata/bench/faraway"
)

const rtt = 40 * time.Millisecond

// echo runs a server that answers each line at once, and hangs up after "quit".
func echo(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				for lines := bufio.NewScanner(conn); lines.Scan(); {
					fmt.Fprintln(conn, lines.Text())
					if lines.Text() == "quit" {
						return
					}
				}
			}()
		}
	}()
	return listener.Addr().String()
}

// clients are ways to use a connection; hear waits for so many lines.
var clients = []struct {
	name   string
	client func(say func(lines ...string), hear func(n int))
	want   int
}{
	{"one after the other", func(say func(...string), hear func(int)) {
		for range 3 {
			say("a")
			hear(1)
		}
		say("quit")
		hear(1)
	}, 4},
	{"in one go", func(say func(...string), hear func(int)) {
		say("a", "b", "c", "quit")
		hear(4)
	}, 1},
	{"in one go, but in pieces", func(say func(...string), hear func(int)) {
		for range 3 {
			say("a")
			time.Sleep(time.Millisecond)
		}
		hear(3)
		say("quit")
		hear(1)
	}, 2},
	{"not waiting for the last answer", func(say func(...string), hear func(int)) {
		say("a")
		hear(1)
		say("quit")
	}, 1},
}

func TestRoundTrips(t *testing.T) {
	for _, test := range clients {
		t.Run(test.name, func(t *testing.T) {
			proxy, err := faraway.Start("127.0.0.1:0", echo(t), rtt)
			if err != nil {
				t.Fatal(err)
			}
			talk(t, proxy.Addr(), test.client)
			if err := proxy.Close(); err != nil {
				t.Fatal(err)
			}
			if got := proxy.RoundTrips(); got != test.want {
				t.Errorf("%d round trips, want %d", got, test.want)
			}
		})
	}
}

// talk connects, and checks that an answer takes a round trip at least.
func talk(t *testing.T, address string, client func(func(...string), func(int))) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(conn)
	var said time.Time
	client(func(lines ...string) {
		said = time.Now()
		for _, line := range lines {
			fmt.Fprintln(conn, line)
		}
	}, func(n int) {
		for range n {
			if _, err := reader.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		if waited := time.Since(said); waited < rtt-5*time.Millisecond {
			t.Errorf("an answer took %v, want %v", waited, rtt)
		}
	})
	_ = conn.Close()
	time.Sleep(rtt) // the proxy shall see that before it is closed
}

package pop3d_test

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
)

func TestMaildrop(t *testing.T) {
	var m pop3d.Maildrop
	m.Add(pop3d.Message{Body: []byte("a")}, pop3d.Message{UID: "x"}, pop3d.Message{UID: "x"}, pop3d.Message{Body: []byte("b")})
	if got, want := m.UIDs(), []string{"uid-1", "x", "x", "uid-4"}; !slices.Equal(got, want) {
		t.Errorf("UIDs %q, want %q", got, want)
	}
	before := m.Messages()
	if n := m.Remove("x", "uid-1"); n != 3 || m.Len() != 1 {
		t.Errorf("removed %d, left %d", n, m.Len())
	}
	m.Renumber(func(i int, uid string) string { return fmt.Sprintf("%d/%s", i, uid) })
	if got := m.UIDs(); !slices.Equal(got, []string{"0/uid-4"}) {
		t.Errorf("after Renumber: %q", got)
	}
	if len(before) != 4 || before[3].UID != "uid-4" {
		t.Errorf("what was taken before has changed: %v", before)
	}
}

// TestMaildropConcurrency is for the race detector.
func TestMaildropConcurrency(t *testing.T) {
	m := pop3d.NewMaildrop()
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := range 200 {
				uid := fmt.Sprint(worker, "-", i)
				m.Add(pop3d.Message{UID: uid})
				m.Renumber(func(_ int, uid string) string { return uid })
				if len(m.Messages()) < 1 || m.Remove(uid) != 1 {
					t.Errorf("message %s got lost", uid)
				}
			}
		})
	}
	all.Wait()
	if m.Len() != 0 {
		t.Errorf("%d messages left", m.Len())
	}
}

func TestSizes(t *testing.T) {
	for body, want := range map[string]int64{"": 0, "x": 3, "x\r\n": 3, "x\n": 4, "x\r": 4, "\r\n": 2} {
		if got := (&pop3d.Message{Body: []byte(body)}).WireSize(); got != want {
			t.Errorf("size of %q: %d, want %d", body, got, want)
		}
	}
	if got := (&pop3d.Message{Size: 1 << 40, Open: fault.Large("x", 1<<40).Open}).WireSize(); got != 1<<40 {
		t.Errorf("size of a stream: %d", got)
	}
}

// TestManyMessages lists, and deletes, 100,000.
func TestManyMessages(t *testing.T) {
	const n = 100_000
	s := start(t, &pop3d.Server{Users: map[string]pop3d.User{"me": {"a secret", manyMessages(n)}}})
	p := dial(t, s)
	p.send("USER me\r\nPASS a secret\r\nUIDL\r\nLIST\r\n")
	p.talk("S: +OK pop3d is ready\nS: +OK and the password?\nS: +OK 100000 messages\nS: +OK")
	for i := range n {
		p.expect(strconv.Itoa(i+1) + " uid-" + strconv.Itoa(i+1))
	}
	p.talk("S: .\nS: +OK")
	for i := range n {
		p.expect(strconv.Itoa(i+1) + " 3")
	}
	p.expect(".")
	go func() {
		for i := range n {
			fmt.Fprintf(p, "DELE %d\r\n", i+1)
		}
		fmt.Fprint(p, "QUIT\r\n")
	}()
	for range n {
		p.expect("+OK")
	}
	p.expect("+OK bye")
	expectUIDs(t, s)
}

// manyMessages is a maildrop of n messages of one byte.
func manyMessages(n int) *pop3d.Maildrop {
	body := []byte("x")
	drop := pop3d.NewMaildrop()
	drop.Add(slices.Repeat([]pop3d.Message{{Body: body}}, n)...)
	return drop
}

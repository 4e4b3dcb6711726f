package fetch

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"popfetch/fetch/pop3/pop3d"
	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store/ledger"
)

// classified is what a filtering proxy makes of a message, as POPFile does by
// default.
func classified(text string) string {
	return strings.Replace(text, "Subject: ", "X-Text-Classification: spam\r\nSubject: [spam] ", 1)
}

// proxy is a filtering proxy in front of a server: RETR brings the messages that
// match classified; TOP and LIST go straight through.
func proxy(match fault.Match) pop3d.Intercept {
	return fault.When(fault.All(fault.Verb("RETR"), match), fault.Rewrite(func(line string) string {
		if strings.HasPrefix(line, "Subject: ") {
			return classified(line)
		}
		return line
	}))
}

func anyCommand(*pop3d.Conn, pop3d.Command) bool { return true }

// isOf returns a Match of the commands about messages whose body tells one of the
// names.
func isOf(names ...string) fault.Match {
	return func(c *pop3d.Conn, command pop3d.Command) bool {
		m, found := c.Message(command)
		return found && slices.ContainsFunc(names, func(name string) bool { return string(m.Body) == textOf(name) })
	}
}

// hasClassified checks that exactly these messages are in the mailbox, as the proxy
// makes them.
func (r *rig) hasClassified(names ...string) {
	r.t.Helper()
	var want []string
	for _, name := range names {
		want = append(want, stored([]byte(classified(textOf(name)))))
	}
	r.hasTexts(want...)
}

// distrusts counts the lines of the ledger that say that something of the server
// can't be believed.
func (r *rig) distrusts(what string) int {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.root, "state", "work.ledger"))
	if err != nil {
		r.t.Fatal(err)
	}
	n := 0
	for line := range bytes.Lines(text) {
		if words := strings.Fields(string(line)); words[0] == string(ledger.Distrust) && words[2] == what {
			n++
		}
	}
	return n
}

// TestProxy has a filtering proxy show other headers by TOP than by RETR, and other
// sizes. Nothing comes twice for that, whatever a person lets the server do to UIDs;
// it is found out once.
func TestProxy(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		r.fault(proxy(anyCommand))
		r.drop.Add(messages(4)...)
		r.sync(4)
		for range 4 {
			r.sync(0)
		}
		r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("moved", i) })
		r.drop.Add(message("new"))
		r.sync(1)
		if r.known().Summary().DistrustTOP.IsZero() || r.distrusts(ledger.DistrustedTOP) != 1 {
			t.Errorf("it is found out %d times", r.distrusts(ledger.DistrustedTOP))
		}
		for range 4 {
			r.sync(0)
		}
		r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("once more", i) })
		for range 5 {
			r.sync(0)
			if tops := r.commands("TOP"); len(tops) > 0 {
				t.Errorf("it asks a server that lies: %v", tops)
			}
		}
		r.hasClassified("m0001", "m0002", "m0003", "m0004", "new")
		if n := r.distrusts(ledger.DistrustedTOP); n != 1 {
			t.Errorf("it is found out %d times", n)
		}
	})
}

// TestProxyAfterMonth asks a server again that lied a month ago.
func TestProxyAfterMonth(t *testing.T) {
	for days, want := range map[int]int{29: 0, 31: 2} {
		r := newRig(t, messages(2)...)
		r.fault(proxy(anyCommand))
		r.sync(2)
		r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("moved", i) })
		r.sync(0)
		at := time.Now().AddDate(0, 0, -days)
		if err := r.write(ledger.Record{Kind: ledger.Distrust, Time: at, Text: ledger.DistrustedTOP}); err != nil {
			t.Fatal(err)
		}
		r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("once more", i) })
		r.sync(0)
		if tops := r.commands("TOP"); len(tops) != want {
			t.Errorf("after %d days: %v", days, tops)
		}
		r.hasClassified("m0001", "m0002")
	}
}

// TestProxyDeletes deletes mail that came by a proxy, by each rule: its content
// proves that it is in the mailbox.
func TestProxyDeletes(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		r.fault(proxy(anyCommand))
		r.drop.Add(messages(3)...)
		r.rules.Delete = Delete{When: AfterWhile, After: time.Hour}
		r.sync(3)
		r.sync(0)
		r.onServer("m0001", "m0002", "m0003")
		r.age(2 * time.Hour)
		if report := r.sync(0); report.Deleted != 3 {
			t.Errorf("%d deleted", report.Deleted)
		}
		r.onServer()
		r.hasClassified("m0001", "m0002", "m0003")

		r.drop.Add(message("m0004"))
		r.rules.Delete = Delete{When: AtOnce}
		if report := r.sync(1); report.Deleted != 1 {
			t.Errorf("%d deleted", report.Deleted)
		}
		r.onServer()
		r.hasClassified("m0001", "m0002", "m0003", "m0004")
	})
}

// age has what is kept have been kept so much earlier.
func (r *rig) age(by time.Duration) {
	r.t.Helper()
	var records []ledger.Record
	for key, e := range r.known().All() {
		if !e.IsKept() {
			continue
		}
		records = append(records, ledger.Record{
			Kind: ledger.Kept, Time: e.Since().Add(-by), Key: key,
			StoredSize: e.StoredSize, WireSize: e.WireSize, Digests: e.Digests,
		})
		switch gone := (ledger.Record{Kind: ledger.Gone, Time: time.Now(), Key: key}); {
		case e.IsDeleted():
			gone.Kind = ledger.Deleted
			records = append(records, gone)
		case e.IsGone():
			records = append(records, gone)
		case !e.IsContinuous():
			gone.Kind = ledger.Back
			records = append(records, gone)
		}
	}
	if err := r.write(records...); err != nil {
		r.t.Fatal(err)
	}
}

// TestProxyAndReusedUID fetches a message behind a proxy that has the UID of one
// that another client deleted, with each rule, and deletes none that wasn't fetched.
func TestProxyAndReusedUID(t *testing.T) {
	for name, test := range map[string]struct {
		when When
		late string // of the size of the first one, or larger
	}{
		"larger":               {Never, "late, and larger"},
		"larger, to delete":    {AtOnce, "late, and larger"},
		"same size, to delete": {AtOnce, "late1"},
		"same size, after":     {AfterWhile, "late1"},
	} {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, r *rig) {
				r.fault(proxy(anyCommand))
				r.drop.Add(messageOf("a", "first"), messageOf("b", "other"))
				r.sync(2)
				r.drop.Remove("a")
				r.drop.Add(messageOf("a", test.late))
				r.rules.Delete = Delete{When: test.when}
				r.sync(1)
				r.sync(0)
				r.hasClassified("first", "other", test.late)
				if test.when == Never {
					r.onServer("b", "a")
				} else {
					r.onServer()
				}
			})
		})
	}
}

// TestProxyForSome has a proxy that only touches what it takes for spam. What it
// lets pass is known by its header, until the first lie.
func TestProxyForSome(t *testing.T) {
	both(t, func(t *testing.T, r *rig) {
		r.fault(proxy(isOf("spam")))
		r.drop.Add(message("one"), message("spam"), message("two"))
		r.sync(3)
		for round := range 5 {
			r.drop.Renumber(func(i int, _ string) string { return fmt.Sprint("round", round, "-", i) })
			r.sync(0)
		}
		want := []string{storedText("one"), storedText("two"), stored([]byte(classified(textOf("spam"))))}
		r.hasTexts(want...)
		r.rules.Delete.When = AtOnce
		if report := r.sync(0); report.Deleted != 3 {
			t.Errorf("%d deleted", report.Deleted)
		}
		r.onServer()
		r.hasTexts(want...)
		if n := r.distrusts(ledger.DistrustedTOP); n != 1 {
			t.Errorf("it is found out %d times", n)
		}
	})
}

// TestWrongSizes has LIST tell what RETR doesn't keep, in each way: nothing comes
// twice, a UID that is another message's is noticed before that is deleted, and what
// is in the mailbox is deleted.
func TestWrongSizes(t *testing.T) {
	var day atomic.Int64
	for lie, size := range map[string]func(int, int64) int64{
		"constant": func(int, int64) int64 { return 1 },
		"none":     func(int, int64) int64 { return 0 },
		"rounded":  func(_ int, size int64) int64 { return (size + 1023) / 1024 * 1024 },
		"daily":    func(_ int, size int64) int64 { return size + day.Load() },
	} {
		for name, server := range servers {
			t.Run(lie+"/"+name, func(t *testing.T) {
				both(t, func(t *testing.T, r *rig) {
					r.fault(server, fault.WrongSizes(size))
					r.drop.Add(messages(3)...)
					r.drop.Add(alarms("x", 2)...)
					r.sync(5)
					for range 5 {
						day.Add(3)
						r.sync(0)
					}
					r.drop.Remove("m0002")
					r.drop.Add(messageOf("m0002", "late2"))
					r.rules.Delete.When = AtOnce
					r.sync(1)
					r.sync(0)
					r.hasTexts(append(alarmTexts("x", 2), storedText("m0001"), storedText("m0002"), storedText("m0003"), storedText("late2"))...)
					r.onServer()
				})
			})
		}
	}
}

// alarm is a message of a device without a clock: all of them have one header, and
// one size, as long as the text has.
func alarm(uid, text string) pop3d.Message {
	return pop3d.Message{UID: uid, Body: []byte("Subject: alarm\r\nFrom: device\r\n\r\n" + text + "\r\n")}
}

func alarms(name string, n int) (list []pop3d.Message) {
	for i := range n {
		list = append(list, alarm(fmt.Sprint(name, i+1), fmt.Sprint(name, i+1)))
	}
	return list
}

func alarmTexts(name string, n int) (texts []string) {
	for _, m := range alarms(name, n) {
		texts = append(texts, stored(m.Body))
	}
	return texts
}

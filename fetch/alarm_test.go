package fetch

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"popfetch/fetch/pop3/debiantest"
)

// alarmOf is what a device without a clock sends: one header, which has passed no
// server, one size, and a body of its own. For popa3d all of them have one UID.
func alarmOf(n int) []byte {
	return fmt.Appendf(nil, "From: ups@example.org\r\nTo: root@example.org\r\nSubject: alarm\r\n\r\nbattery low, alarm %04d\r\n", n)
}

var alarmNumber = regexp.MustCompile(`alarm ([0-9]{4})\n`)

// alarms delivers alarms with these numbers.
func (r *debianRig) alarms(numbers ...int) {
	r.t.Helper()
	for _, n := range numbers {
		r.server.Deliver(alarmOf(n))
	}
}

// otherDeletes has another client delete a message.
func (r *debianRig) otherDeletes(number int) {
	r.t.Helper()
	r.server.WaitIdle()
	other := r.server.Login()
	other.Ask(fmt.Sprint("DELE ", number))
	other.Quit()
	r.server.WaitIdle()
}

// hasAlarms checks that the alarms 1 to n are in the mailbox, each once and as it
// was sent, and how many messages are left on the server.
func (r *debianRig) hasAlarms(n, left int) {
	r.t.Helper()
	texts, err := readBox(r.root, r.mbox)
	if err != nil {
		r.t.Fatal(err)
	}
	sent := map[string]bool{}
	for _, body := range r.wire.bodies("RETR") {
		sent[body] = true
	}
	want, got := map[string]int{}, map[string]int{}
	for i := range n {
		want[fmt.Sprintf("%04d", i+1)] = 1
	}
	for _, text := range texts {
		if !sent[text] {
			r.t.Errorf("the server never sent %q", text)
		}
		got[alarmNumber.FindStringSubmatch(text)[1]]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		r.t.Errorf("how often each alarm is in the mailbox, - want, + got:\n%s\nnotes: %q", diff, r.notes)
	}
	if count := r.server.Count(); count != left {
		r.t.Errorf("%d messages are left on the server, want %d", count, left)
	}
}

// TestAlarms fetches each of many alarms once, whatever the server calls them.
func TestAlarms(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits for servers that take their time")
	}
	for _, test := range []struct {
		name string
		of   func(*testing.T, *debianRig)
	}{
		{"one after another", testAlarmsInTurn},
		{"two at once", testAlarmsAtOnce},
		{"left on the server", testAlarmsLeft},
		{"another client deletes", testAlarmReplaced},
		{"timed delete", testAlarmsTimed},
		{"proved for a person", testAlarmsProved},
	} {
		for _, kind := range debiantest.Kinds {
			t.Run(test.name+"/"+kind.Name, func(t *testing.T) {
				t.Parallel()
				test.of(t, onDebian(t, kind))
			})
		}
	}
}

// testAlarmsInTurn has an alarm come when the one before is deleted.
func testAlarmsInTurn(_ *testing.T, r *debianRig) {
	r.rules.Delete.When = AtOnce
	for n := range 3 {
		r.alarms(n + 1)
		r.sync(1)
		r.hasAlarms(n+1, 0)
	}
	r.sync(0)
}

// testAlarmsAtOnce has two come between two runs.
func testAlarmsAtOnce(_ *testing.T, r *debianRig) {
	r.rules.Delete.When = AtOnce
	r.alarms(1, 2)
	r.sync(2)
	r.hasAlarms(2, 0)
	r.alarms(3, 4)
	r.sync(2)
	r.hasAlarms(4, 0)
}

// testAlarmsLeft leaves them on the server for a while.
func testAlarmsLeft(_ *testing.T, r *debianRig) {
	r.alarms(1)
	r.sync(1)
	r.alarms(2)
	r.sync(1)
	r.alarms(3, 4)
	r.sync(2)
	r.sync(0)
	r.hasAlarms(4, 4)
	r.rules.Delete.When = AtOnce
	r.alarms(5)
	r.sync(1)
	r.hasAlarms(5, 0)
}

// testAlarmReplaced has another client delete the alarm that was fetched, before
// the next one comes. The list is then as it was.
func testAlarmReplaced(_ *testing.T, r *debianRig) {
	r.alarms(1)
	r.sync(1)
	r.otherDeletes(1)
	r.alarms(2)
	r.rules.Delete.When = AtOnce
	r.sync(1)
	r.hasAlarms(2, 0)
}

// testAlarmsTimed deletes them some time after they were fetched, and none instead
// of another.
func testAlarmsTimed(_ *testing.T, r *debianRig) {
	r.rules.Delete = Delete{When: AfterWhile, After: time.Nanosecond}
	r.alarms(1)
	r.sync(1)
	r.hasAlarms(1, 1)
	r.otherDeletes(1)
	r.alarms(2)
	r.sync(1)
	r.hasAlarms(2, 1)
	r.alarms(3)
	r.sync(1)
	r.hasAlarms(3, 1)
	r.sync(0)
	r.hasAlarms(3, 0)
}

// testAlarmsProved has a person delete all that was fetched. What came in the place
// of it stays.
func testAlarmsProved(t *testing.T, r *debianRig) {
	r.alarms(1)
	r.sync(1)
	if proved := r.deleteProved(); proved != 1 {
		t.Errorf("%d messages were proved", proved)
	}
	r.hasAlarms(1, 0)
	r.alarms(2)
	r.sync(1)
	r.otherDeletes(1)
	r.alarms(3)
	if proved := r.deleteProved(); proved != 0 {
		t.Errorf("%d messages were proved", proved)
	}
	r.hasAlarms(2, 1)
	r.sync(1)
	r.hasAlarms(3, 1)
}

// deleteProved does what "popfetch delete" does with all messages, and returns how
// many it deleted.
func (r *debianRig) deleteProved() int {
	r.t.Helper()
	a, err := openAccount(r.root, r.mbox)
	if err != nil {
		r.t.Fatal(err)
	}
	defer a.close()
	j := r.job()
	s, err := j.Connect(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	defer s.Close()
	d, err := j.ListMaildrop(s, a.ledger, AllSizes, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	proved, err := j.FindProved(s, d, d.Targets())
	if err != nil {
		r.t.Fatal(err)
	}
	if err := a.ledger.Append(d.DrainRecords()...); err != nil {
		r.t.Fatal(err)
	}
	var targets []Target
	for _, p := range proved {
		targets = append(targets, p.Target)
	}
	deleted, err := s.Delete(targets, func(string, ...any) {})
	if err == nil {
		err = RecordDeleted(a.ledger, deleted)
	}
	if err != nil || len(deleted) != len(targets) {
		r.t.Fatalf("%v of %v were deleted, %v", deleted, targets, err)
	}
	return len(deleted)
}

package fetch

import (
	"testing"

	"popfetch/fetch/pop3/debiantest"
)

// TestAlarmsOpen is TestAlarms with what isn't right yet.
func TestAlarmsOpen(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits for servers that take their time")
	}
	for _, test := range []struct {
		name string
		of   func(*testing.T, *debianRig)
	}{
		{"the first of three went and another came", testAlarmsShift},
		{"nothing new", testAlarmsSteady},
	} {
		for _, kind := range debiantest.Kinds {
			t.Run(test.name+"/"+kind.Name, func(t *testing.T) {
				t.Parallel()
				test.of(t, onDebian(t, kind))
			})
		}
	}
}

// testAlarmsShift has another client delete the first of three alarms, before a
// fourth comes. Under one UID they are as many as before.
func testAlarmsShift(_ *testing.T, r *debianRig) {
	r.alarms(1, 2, 3)
	r.sync(3)
	r.otherDeletes(1)
	r.alarms(4)
	r.rules.Delete.When = AtOnce
	r.sync(1)
	r.hasAlarms(4, 0)
}

// testAlarmsSteady retrieves nothing once all is known.
func testAlarmsSteady(t *testing.T, r *debianRig) {
	for n := range 3 {
		r.alarms(n + 1)
		r.sync(1)
	}
	r.sync(0)
	for range 2 {
		r.server.WaitIdle()
		r.sync(0)
		if asked := r.wire.commands("RETR"); len(asked) > 0 {
			t.Errorf("with nothing new the server was told %q", asked)
		}
	}
	r.hasAlarms(3, 3)
}

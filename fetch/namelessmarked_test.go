package fetch

import "testing"

// TestNamelessAndMarked starts from now on with a server without UIDs: what was there
// isn't fetched, and what comes is.
func TestNamelessAndMarked(t *testing.T) {
	for name, server := range nameless {
		for _, last := range []int{0, 1} {
			t.Run(name, func(t *testing.T) {
				r := newRig(t, messages(4)...)
				r.fault(server)
				r.rules.Start = Start{Skip: true, Last: last}
				r.sync(last)
				r.drop.Remove("m0002")
				r.drop.Add(message("m0005"))
				r.sync(1)
				r.sync(0)
				r.has([]string{"m0005", "m0004"}[:1+last]...)
				r.rules.Delete.When = AtOnce
				r.sync(0)
				if n := r.drop.Len(); n != 3-last {
					t.Errorf("%d messages are left, and %d were marked", n, 3-last)
				}
			})
		}
	}
}

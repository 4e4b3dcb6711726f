//go:build unix && !darwin

package secret

import (
	"os"
	"path/filepath"
	"testing"
)

func TestReachable(t *testing.T) {
	empty, withBus := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(withBus, "bus"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		address, folder string
		want            bool
	}{
		{"", empty, false},
		{"autolaunch:", empty, false},
		{"unix:path=/run/user/1000/bus", empty, true},
		{"", withBus, true},
	}
	defer func(before string) { runtimeFolder = before }(runtimeFolder)
	for _, test := range tests {
		runtimeFolder = test.folder
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", test.address)
		if got := checkReachable() == nil; got != test.want {
			t.Errorf("reachable with address %q: %v", test.address, got)
		}
	}
}

func TestNoBusMeansNoCall(t *testing.T) {
	defer func(before string) { runtimeFolder = before }(runtimeFolder)
	runtimeFolder = t.TempDir()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("PATH", "") // so that nothing could be started, were it tried
	const want = "keyring: no session bus, so no Secret Service"
	_, lookup := LookupItem(t.Context(), "work")
	for _, err := range []error{lookup, StoreItem(t.Context(), "work", New(canary)), RemoveItem(t.Context(), "work")} {
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

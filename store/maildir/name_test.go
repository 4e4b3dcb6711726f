package maildir

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestNames(t *testing.T) {
	const id = "0123456789abcdef"
	now := time.Unix(1795411500, 123456789)
	seen := map[string]bool{}
	for range 1000 {
		temp := uniqueName(now, id)
		name := sizedName(temp, 5120)
		if seen[temp] {
			t.Fatalf("%q was there before", temp)
		}
		seen[temp] = true
		if !strings.HasPrefix(temp, "1795411500.M123456P") || !strings.HasSuffix(name, ",S=5120") {
			t.Errorf("the name is %q", name)
		}
		if tempName(name) != temp || !isOf(temp, id) || isOf(temp, "fedcba9876543210") {
			t.Errorf("%q isn't known again", name)
		}
	}
}

func TestNameOfHost(t *testing.T) {
	for name, want := range map[string]string{
		"mail.example.org": "mail.example.org",
		"a/b:c,d e":        `a\057b\072c\054d\040e`,
		"":                 "localhost",
	} {
		if got := nameOfHost(name, nil); got != want {
			t.Errorf("the host %q is %q in names, not %q", name, got, want)
		}
	}
	if got := nameOfHost("x", errors.New("unknown")); got != "localhost" {
		t.Errorf("a host without a name is %q", got)
	}
}

func TestPlaces(t *testing.T) {
	m := &Maildir{path: "/home/me/My Mail"}
	name, path, err := parsePlace(m.placeOf("1.M2P3Q4R5.host,S=6"))
	if err != nil || name != "1.M2P3Q4R5.host,S=6" || path != m.path {
		t.Errorf("the place became %q in %q (%v)", name, path, err)
	}
}

package discover

import (
	"errors"
	"strings"
	"testing"
)

func TestAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]address{
		"me@example.org":                {"me@example.org", "me", "example.org"},
		" me@Example.ORG\n":             {"me@Example.ORG", "me", "example.org"},
		"a+b.c'd=e/f@mail.example.org.": {"a+b.c'd=e/f@mail.example.org.", "a+b.c'd=e/f", "mail.example.org"},
		"jürgen@bücher.example":         {"jürgen@bücher.example", "jürgen", "xn--bcher-kva.example"},
		"用户@例子.测试":                      {"用户@例子.测试", "用户", "xn--fsqu00a.xn--0zwm56d"},
		"me@faß.example":                {"me@faß.example", "me", "xn--fa-hia.example"},
	} {
		if got, err := parseAddress(text); err != nil || got != want {
			t.Errorf("%q is %+v, %v", text, got, err)
		}
	}
}

func TestNoAddress(t *testing.T) {
	t.Parallel()
	const canary = "canary"
	for text, want := range map[string]string{
		"":                          "there is no @ in it",
		canary:                      "there is no @ in it",
		"@example.org":              "nothing stands before the @",
		"canary@":                   "nothing stands behind the @",
		"canary@localhost":          "what stands behind the @ isn't a domain",
		"canary@127.0.0.1":          "what stands behind the @ isn't a domain",
		"canary@[127.0.0.1]":        "what stands behind the @ isn't a domain",
		"canary@[::1]":              "what stands behind the @ isn't a domain",
		"canary@example.org:995":    "what stands behind the @ isn't a domain",
		"canary@example.org/path":   "what stands behind the @ isn't a domain",
		"canary@example..org":       "what stands behind the @ isn't a domain",
		"canary@.example.org":       "what stands behind the @ isn't a domain",
		"canary@-example.org":       "what stands behind the @ isn't a domain",
		"canary@example.org?x":      "what stands behind the @ isn't a domain",
		"canary@exa mple.org":       "what stands behind the @ isn't a domain",
		"canary@exa\x1b[2Jmple.org": "what stands behind the @ isn't a domain",
		"canary@xn--a.example":      "what stands behind the @ isn't a domain",
		"canary@" + strings.Repeat("a.", 3000) + "org": "what stands behind the @ isn't a domain",
		"canary@" + strings.Repeat("a", 64) + ".org":   "what stands behind the @ isn't a domain",
		strings.Repeat("a", 65) + "@example.org":       "more than 64 bytes stand before the @",
		"pops://me:canary@pop.example.org":             "what stands before the @ has characters in it that no name has",
		"Me <canary@example.org>":                      "what stands before the @ has characters in it that no name has",
		"\"canary\"@example.org":                       "what stands before the @ has characters in it that no name has",
		"a@canary@example.org":                         "what stands before the @ has characters in it that no name has",
		"can ary@example.org":                          "what stands before the @ has characters in it that no name has",
		"can\x00ary@example.org":                       "what stands before the @ has characters in it that no name has",
		"can\u202eary@example.org":                     "what stands before the @ has characters in it that no name has",
		"can\xffary@example.org":                       "what stands before the @ has characters in it that no name has",
	} {
		_, err := find(t.Context(), text, nil)
		e, ok := errors.AsType[*AddressError](err)
		if !ok || e.text != want || e.Hint() == "" || strings.Contains(err.Error(), canary) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"example.org": true, "pop.example.org": true, "a.b.example.org": true,
		"badexample.org": false, "example.com": false, "org": false, "example.org.evil.example": false,
	} {
		if isWithin(host, "example.org") != want {
			t.Errorf("%s: %t", host, !want)
		}
	}
}

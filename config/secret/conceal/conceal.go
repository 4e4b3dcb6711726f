package conceal

import (
	"slices"
	"strings"
	"sync"
)

// Hidden stands for a text that holds a secret.
const Hidden = "***"

// maxSecrets bounds how many secrets are remembered: a program that runs for months
// gets a new token every hour. The older half is forgotten.
const maxSecrets = 64

// A Concealer knows the secrets of one account. It may be used by several
// goroutines.
type Concealer struct {
	mu      sync.RWMutex
	names   []string // that are no secret, folded
	secrets []secret
	needles needles
}

// A secret is something that must not be shown.
type secret struct {
	text    string
	inParts bool // its pieces are secret as well
}

// New returns a Concealer that knows no secret yet. The names are the account's own:
// of its user and its server.
func New(names ...string) *Concealer {
	c := &Concealer{needles: newNeedles()}
	for _, name := range names {
		for _, part := range withParts(foldText(name)) {
			c.names = append(c.names, part, squeezeText(part))
		}
	}
	return c
}

// withParts returns a name, and what of it servers say on its own: the user without
// the domain, and the domains above a host.
func withParts(name string) (all []string) {
	if name == "" {
		return nil
	}
	all = []string{name}
	if user, domain, found := strings.Cut(name, "@"); found {
		return append(append(all, user), withParts(domain)...)
	}
	for _, domain, found := strings.Cut(name, "."); found && strings.Contains(domain, "."); _, domain, found = strings.Cut(domain, ".") {
		all = append(all, domain)
	}
	return all
}

// Another returns a Concealer that has the same names, and no secrets.
func (c *Concealer) Another() *Concealer {
	return &Concealer{names: c.names, needles: newNeedles()}
}

// Add adds a password or a token.
func (c *Concealer) Add(text string) { c.addSecret(secret{text, true}) }

// AddWhole adds a secret that has parts which are none, such as a user's name.
func (c *Concealer) AddWhole(text string) { c.addSecret(secret{text, false}) }

func (c *Concealer) addSecret(s secret) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.text == "" || slices.Contains(c.secrets, s) || slices.Contains(c.names, foldText(s.text)) {
		return
	}
	if c.secrets = append(c.secrets, s); len(c.secrets) <= maxSecrets {
		c.needles.addSecret(s, c.names)
		return
	}
	c.secrets = slices.Delete(c.secrets, 0, maxSecrets/2)
	c.needles = newNeedles()
	for _, s := range c.secrets {
		c.needles.addSecret(s, c.names)
	}
}

// Shown returns what may be shown of a text: all of it, or Hidden.
func (c *Concealer) Shown(text string) string {
	if c.HasSecret(text) {
		return Hidden
	}
	return text
}

// HasLongSecret reports whether a name that a server has chosen for something, such as a UID,
// has a secret in it that isn't short. It says so of no more than that, as there may be
// a million of them.
func (c *Concealer) HasLongSecret(name string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if len(c.secrets) == 0 {
		return false
	}
	folded := foldText(name)
	return slices.ContainsFunc(c.needles.wholes, func(whole string) bool { return len(whole) >= longSecret && strings.Contains(folded, whole) })
}

// ShownName returns what may be shown of such a name: all of it, or Hidden.
func (c *Concealer) ShownName(name string) string {
	if c.HasLongSecret(name) {
		return Hidden
	}
	return name
}

// HasSecret reports whether the text holds a secret.
func (c *Concealer) HasSecret(text string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if len(c.secrets) == 0 {
		return false
	}
	return c.hasShort(foldText(text)) || c.isIn(view{text: text}, maxDepth) ||
		slices.ContainsFunc(decodedViews(reverseText(text)), func(v view) bool { return c.isIn(v, 0) })
}

// maxDepth is how many codes are undone that lie on top of each other.
const maxDepth = 2

// isIn reports whether a secret is in a text, or in what is written there in code.
func (c *Concealer) isIn(v view, depth int) bool {
	folded := foldText(v.text)
	joined := joinedLetters(folded)
	if c.hasWhole(folded) || c.hasWhole(joined) {
		return true
	}
	for _, text := range []string{folded, squeezeText(folded), joined} {
		if hasPiece(text, c.needles.pieces) || v.isCode && hasPiece(text, c.needles.words) {
			return true
		}
	}
	if depth == 0 || v.isCode && !canHoldCode(v.text) {
		return false
	}
	return slices.ContainsFunc(decodedViews(v.text), func(other view) bool {
		other.isCode = other.isCode || v.isCode
		return c.isIn(other, depth-1)
	})
}

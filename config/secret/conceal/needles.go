package conceal

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
)

// How much of a secret is looked for, in bytes. A secret shorter than shortSecret
// counts only where it stands alone, as its letters are in every text. In names only
// one of longSecret counts: numbers and words have others by chance, and the gap in a
// row of numbers would show which it is.
const (
	shortSecret  = 4
	longSecret   = 6
	mixedPiece   = 6  // that is more than a word or a number
	plainPiece   = 10 // that may be one
	encodedPiece = 8  // in base64
	encodedStart = 12 // in base64, of a secret whose parts are none
)

// needles are what is looked for in a folded text.
type needles struct {
	wholes []string
	short  []string // that have to stand alone
	pieces pieces
	words  pieces // that count only where they are written in code
}

// pieces are pieces of secrets, by their length.
type pieces map[int]map[string]bool

func newNeedles() needles { return needles{pieces: pieces{}, words: pieces{}} }

// addSecret adds all that is looked for of a secret.
func (n *needles) addSecret(s secret, names []string) {
	folded := foldText(s.text)
	if len(folded) < shortSecret {
		if folded != "" {
			n.short = append(n.short, folded)
		}
		if len(s.text) > 1 {
			n.short = append(n.short, hex.EncodeToString([]byte(s.text)), foldText(strings.TrimRight(encodedBehind(0, s.text), "=")))
		}
		return
	}
	n.wholes = append(n.wholes, folded, reverseText(folded))
	if !s.inParts {
		for before := range 3 {
			if encoded := encodedBehind(before, s.text); len(encoded) > encodedStart {
				n.wholes = append(n.wholes, foldText(encoded[:encodedStart]))
			}
		}
		return
	}
	for _, text := range []string{folded, squeezeText(folded)} {
		n.addPieces(text, names)
		n.addPieces(reverseText(text), names)
	}
	for before := range 3 { // servers may have changed the case of base64, which then can't be decoded
		encoded := foldText(strings.TrimRight(encodedBehind(before, s.text), "="))
		isAny := func(string) bool { return true }
		n.pieces.addCounting(encoded, encodedPiece, isAny)
		n.pieces.addCounting(strings.NewReplacer("+", "-", "/", "_").Replace(encoded), encodedPiece, isAny)
	}
}

// encodedBehind returns how a text looks in base64 behind so many bytes, or three more.
func encodedBehind(before int, text string) string {
	return base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", before) + text))[(8*before+5)/6:]
}

// addPieces adds the pieces of a text that ordinary text doesn't have by chance. What
// stands in a name is none.
func (n *needles) addPieces(text string, names []string) {
	isNamed := func(piece string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(name, piece) })
	}
	counts := func(piece string) bool { return isVaried(piece) && !isNamed(piece) }
	n.pieces.addCounting(text, mixedPiece, func(piece string) bool { return isMixed(piece) && counts(piece) })
	n.pieces.addCounting(text, plainPiece, counts)
	n.words.addCounting(text, mixedPiece, counts)
}

// addCounting adds those pieces of a text that count.
func (p pieces) addCounting(text string, length int, counts func(piece string) bool) {
	for i := range len(text) - length + 1 {
		piece := text[i : i+length]
		if !counts(piece) {
			continue
		}
		if p[length] == nil {
			p[length] = map[string]bool{}
		}
		p[length][piece] = true
	}
}

// isMixed reports whether a piece is more than a word or a number and the
// punctuation around it.
func isMixed(piece string) bool {
	letters, digits, others := 0, 0, 0
	for _, b := range []byte(strings.Trim(piece, " .,:;-_'\"()[]<>")) {
		switch {
		case '0' <= b && b <= '9':
			digits++
		case isWord(b):
			letters++
		default:
			others++
		}
	}
	return max(letters, digits) < letters+digits+others
}

// isVaried reports whether a piece is more than one character over and over.
func isVaried(piece string) bool {
	bytes := []byte(piece)
	slices.Sort(bytes)
	return len(slices.Compact(bytes)) > 2
}

// hasWhole reports whether a secret is in a folded text.
func (c *Concealer) hasWhole(text string) bool {
	return slices.ContainsFunc(c.needles.wholes, func(whole string) bool {
		return c.hasNeedle(text, whole, func(int, int) bool { return true })
	})
}

// hasShort is hasWhole for secrets that have to stand alone.
func (c *Concealer) hasShort(text string) bool {
	return slices.ContainsFunc(c.needles.short, func(short string) bool {
		return c.hasNeedle(text, short, func(from, to int) bool { return standsAlone(text, from, to) })
	})
}

// hasNeedle reports whether the needle is somewhere in the text where it counts, and is no
// part of a name.
func (c *Concealer) hasNeedle(text, needle string, counts func(from, to int) bool) bool {
	for from := 0; ; from++ {
		i := strings.Index(text[from:], needle)
		if i < 0 {
			return false
		}
		from += i
		if counts(from, from+len(needle)) && !c.isName(text, from, needle) {
			return true
		}
	}
}

// isName reports whether the needle at text[at:] is part of a name there.
func (c *Concealer) isName(text string, at int, needle string) bool {
	return slices.ContainsFunc(c.names, func(name string) bool {
		for from := 0; ; from++ {
			i := strings.Index(name[from:], needle)
			if i < 0 {
				return false
			}
			from += i
			if at >= from && strings.HasPrefix(text[at-from:], name) {
				return true
			}
		}
	})
}

// hasPiece reports whether one of the pieces is in a folded text.
func hasPiece(text string, all pieces) bool {
	for length, pieces := range all {
		for i := range len(text) - length + 1 {
			if pieces[text[i:i+length]] {
				return true
			}
		}
	}
	return false
}

// standsAlone reports whether text[from:to] is no part of a longer word.
func standsAlone(text string, from, to int) bool {
	return (from == 0 || !isWord(text[from-1])) && (to == len(text) || !isWord(text[to]))
}

// isWord reports whether a byte of a folded text is part of a word.
func isWord(b byte) bool { return 'a' <= b && b <= 'z' || '0' <= b && b <= '9' || b >= 0x80 }

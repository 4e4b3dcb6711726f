package line

import "strings"

// bashWords returns the words of a command line behind the command, as far as
// it is typed: the last one is that at the cursor, and may be empty. What a
// variable or a command stands for isn't known, and so left as it is. The last
// word may belong to a redirection and not to the command.
func bashWords(line string) (words []string, redirected bool) {
	b := bashReader{rest: line}
	for b.rest != "" {
		b.readNext()
	}
	if b.redirected {
		return nil, true
	}
	if len(b.words) == 0 { // The cursor is at the command itself.
		return []string{""}, false
	}
	return append(b.words[1:], b.word.String()), false
}

type bashReader struct {
	rest       string
	words      []string
	word       strings.Builder
	began      bool // a word, which may be '' so far
	redirected bool // the word is a redirection's
}

// readNext takes a character, or all between two quotes.
func (b *bashReader) readNext() {
	c := b.rest[0]
	b.rest = b.rest[1:]
	switch c {
	case ' ', '\t', '\n':
		b.endWord()
	case '<', '>':
		b.began = b.began && strings.Trim(b.word.String(), "0123456789&") != ""
		b.endWord()
		b.redirected = true
	case '\'':
		var quoted string
		quoted, b.rest, _ = strings.Cut(b.rest, "'")
		b.addText(quoted)
	case '"':
		b.readDoubleQuoted()
	case '\\':
		b.addText(b.rest[:min(1, len(b.rest))])
		b.rest = b.rest[min(1, len(b.rest)):]
	default:
		b.addText(string([]byte{c}))
	}
}

func (b *bashReader) addText(text string) {
	b.word.WriteString(text)
	b.began = true
}

// endWord ends the word, if there is one.
func (b *bashReader) endWord() {
	if b.began && !b.redirected {
		b.words = append(b.words, b.word.String())
	}
	if b.began {
		b.redirected = false
	}
	b.word.Reset()
	b.began = false
}

// readDoubleQuoted takes what stands between double quotes, where a backslash protects
// only what would mean something there.
func (b *bashReader) readDoubleQuoted() {
	b.addText("")
	for b.rest != "" {
		c := b.rest[0]
		b.rest = b.rest[1:]
		switch {
		case c == '"':
			return
		case c == '\\' && b.rest != "" && strings.IndexByte("\\\"$`", b.rest[0]) >= 0:
			c = b.rest[0]
			b.rest = b.rest[1:]
		}
		b.word.WriteByte(c)
	}
}

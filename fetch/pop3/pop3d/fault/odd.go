package fault

import (
	"bytes"
	"iter"
	"strings"
)

// OddBytes are messages, each with a name, whose line ends are not all CRLF,
// or that are hardly messages. A server may send them all the same, and they
// have to be kept as they are.
func OddBytes() iter.Seq2[string, []byte] {
	const header = "Message-ID: <odd@example.org>\r\nSubject: odd\r\n\r\n"
	odd := []struct{ name, text string }{
		{"empty", ""},
		{"only CRLF", "\r\n"},
		{"only a dot", "."},
		{"only LF", "\n"},
		{"only CR", "\r"},
		{"bare LF", strings.ReplaceAll(header+"one\r\ntwo\r\n", "\r\n", "\n")},
		{"bare LF in a body", header + "one\ntwo\r\nthree\n\nfour\r\n"},
		{"bare CR", header + "one\rtwo\r\r\nthree\r\n"},
		{"CR CR LF", header + "one\r\r\ntwo\r\r\n\r\r\n"},
		{"LF CR", header + "one\n\rtwo\n\r\r\n"},
		{"dot after bare LF", header + "one\n.two\n..three\r\n"},
		{"dot between bare LFs", header + "one\n.\ntwo\r\n"},
		{"dot between LF and CRLF", header + "one\n.\r\ntwo\r\n"},
		{"dot between CRLF and LF", header + "one\r\n.\ntwo\r\n"},
		{"dot between CRs", header + "one\r.\rtwo\r\n"},
		{"dot between CRLF and CR", header + "one\r\n.\rtwo\r\n"},
		{"dots and NULs", header + "\x00.\r\n.\x00\r\n\x00\r\n"},
		{"ends in CR", header + "one\r"},
		{"ends in LF", header + "one\n"},
		{"ends in CR CR", header + "one\r\r"},
		{"ends in a dot", header + "one\r\n."},
		{"ends in a dot and CR", header + "one\r\n.\r"},
		{"From after bare LF", header + "one\nFrom two\n>From three\r\n"},
		{"bare LF at the end of the header", "Subject: odd\n\none\r\n"},
		{"bytes of every kind", header + allBytes()},
	}
	return func(yield func(string, []byte) bool) {
		for _, o := range odd {
			if !yield(o.name, []byte(o.text)) {
				return
			}
		}
	}
}

// allBytes is every pair of one of CR, LF, dot and NUL with any byte.
func allBytes() string {
	var b bytes.Buffer
	for _, first := range []byte("\r\n.\x00") {
		for second := range 256 {
			b.Write([]byte{first, byte(second)})
		}
	}
	return b.String()
}

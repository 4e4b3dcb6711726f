package match

import (
	"crypto/sha256"
	"regexp"
	"strings"
	"testing"

	"popfetch/fetch/pop3/pop3d/fault"
	"popfetch/store/ledger"
)

// printsOf are those of a message that comes in such pieces.
func printsOf(pieces ...string) Prints {
	d := Digester{Fields: true}
	d.Reset()
	for _, piece := range pieces {
		d.Write([]byte(piece))
	}
	prints := d.Prints()
	if isOfWhole(prints.Fields) { // see TestFingerprintOfWhole
		prints.Fields = ledger.Fingerprint{}
	}
	return prints
}

// parts are what a digest is made of, found in the whole message at once.
type parts struct {
	header, volatile string // with LF at the ends
	noted            bool   // there are volatile fields
	received         bool
	body             string // with the empty line above it
}

var (
	isNoted    = regexp.MustCompile(`^(?i)(status|x-status|x-keywords|x-uid|x-uidl|x-imap|x-imapbase|x-mozilla-status2?|x-mozilla-keys|content-length|lines|x-popfile-link)[ \t]*:`)
	isReceived = regexp.MustCompile(`^(?i)received[ \t]*:`)
)

func partsOf(message string) (p parts) {
	inNoted := false
	for rest := message; rest != ""; {
		line, after, _ := strings.Cut(rest, "\n")
		text := strings.TrimSuffix(line, "\r")
		if text == "" {
			p.body = rest
			break
		}
		if text[0] != ' ' && text[0] != '\t' {
			inNoted = isNoted.MatchString(text)
			p.received = p.received || isReceived.MatchString(text)
		}
		if inNoted {
			p.volatile, p.noted = p.volatile+text+"\n", true
		} else {
			p.header += text + "\n"
		}
		rest = after
	}
	return p
}

// prints are those that follow from the parts.
func (p parts) prints(message string) (prints Prints) {
	header := sha256.Sum256([]byte(p.header))
	content := sha256.Sum256(append(header[:], p.body...))
	copy(prints.Header[:], header[:])
	copy(prints.Content[:12], content[:])
	if p.noted {
		volatile := sha256.Sum256([]byte(p.volatile))
		copy(prints.Content[12:], volatile[:])
	}
	prints.Received, prints.Size = p.received, int64(len(message))
	prints.Fields = headerFingerprint([]byte(headerOf(message)))
	return prints
}

// long is more than a Digester lets wait for the end of its line.
var long = strings.Repeat("long ", 1000)

// oddMessages are those whose headers are not as they should be, and some that are.
var oddMessages = map[string]string{
	"usual":                    usual + "\r\nbody\r\n",
	"bare LF":                  "A: 1\nStatus: R\n\nbody\n",
	"both ends":                "A: 1\r\nB: 2\n\r\nbody\n",
	"CR inside":                "A: 1\r2\r\nB: \r\r\n\r\r\n\r\nbody",
	"volatile":                 "A: 1\r\nStatus: RO\r\nX-UIDL: 17\r\nB: 2\r\n\r\nbody\r\n",
	"volatile, folded":         "A: 1\r\nX-Keywords: a\r\n\tb\r\n c\r\nB: 2\r\n 3\r\n\r\nbody\r\n",
	"volatile, at last":        "A: 1\r\nLines: 3\r\n\r\nbody\r\n",
	"volatile, nothing else":   "Status: RO\r\n\r\nbody\r\n",
	"volatile, blank":          "sTaTuS \t: RO\r\n\r\nbody\r\n",
	"volatile, long":           "X-Keywords: " + long + long + "\r\n\t" + long + "\r\nA: 1\r\n\r\nbody\r\n",
	"almost volatile":          "X-Status-X: 1\r\nStatus\r\nLines x: 3\r\nStatu: 1\r\n\r\nbody\r\n",
	"volatile in the body":     "A: 1\r\n\r\nStatus: RO\r\n",
	"long":                     "A: " + long + "\r\n\t" + long + long + "\r\n\r\n" + long + "\r\n",
	"long, bare LF":            "A: " + long + "\nB: 1\n\nbody",
	"long, no end":             "A: " + long,
	"long, CR at the end":      "A: " + long + "\r",
	"received":                 "Received: here\r\nA: 1\r\n\r\nbody\r\n",
	"received, blank":          "A: 1\r\nRECEIVED : here\r\n\r\n",
	"received, long":           "A: 1\r\nReceived: " + long + "\r\n\r\n",
	"received, in the body":    "A: 1\r\n\r\nReceived: here\r\n",
	"received, folded":         "A: 1\r\n Received: here\r\n\r\n",
	"received, longer name":    "Received-SPF: pass\r\nX-Received: here\r\nReceived\r\n\r\n",
	"no body":                  "A: 1\r\n\r\n",
	"no body, bare LF":         "A: 1\n\n",
	"no blank line":            "A: 1\r\nB: 2\r\n",
	"no blank line, bare LF":   "A: 1\nStatus: RO\n",
	"no line end":              "A: 1\r\nB: 2",
	"no line end, volatile":    "A: 1\r\nStatus: RO",
	"nothing but an empty one": "\r\n",
	"nothing but a CR":         "\r",
	"nothing but a LF":         "\n",
	"no header":                "\r\nbody\r\n",
	"no header, bare LF":       "\nbody\n",
	"folded into nothing":      " A: 1\r\n\tStatus: RO\r\nB: 2\r\n\r\nbody\r\n",
	"nothing":                  "",
}

// TestDigests compares the digests of messages that come at once, byte by byte and
// in two pieces with those made of the parts of the whole.
func TestDigests(t *testing.T) {
	for name, message := range oddMessages {
		t.Run(name, func(t *testing.T) {
			want := partsOf(message).prints(message)
			if got := printsOf(message); got != want {
				t.Errorf("at once %+v, want %+v", got, want)
			}
			if got := printsOf(strings.Split(message, "")...); got != want {
				t.Errorf("byte by byte %+v, want %+v", got, want)
			}
			for cut := range message {
				if cut%16 > 0 && cut > 200 && (cut < maxLine-10 || cut > maxLine+10) {
					continue
				}
				if got := printsOf(message[:cut], message[cut:]); got != want {
					t.Fatalf("cut at %d %+v, want %+v", cut, got, want)
				}
			}
		})
	}
}

// TestDigesterIsUsedAgain has one Digester for all messages.
func TestDigesterIsUsedAgain(t *testing.T) {
	d := Digester{Fields: true}
	for range 2 {
		for name, message := range oddMessages {
			d.Reset()
			if n, err := d.Write([]byte(message)); n != len(message) || err != nil {
				t.Fatal(n, err)
			}
			got, want := d.Prints(), printsOf(message)
			if got != d.Prints() {
				t.Errorf("%s: the second time the prints are others", name)
			}
			if isOfWhole(got.Fields) {
				got.Fields = ledger.Fingerprint{}
			}
			if got != want {
				t.Errorf("%s: %+v, want %+v", name, got, want)
			}
		}
	}
}

// TestDigesterWithoutFields makes no fingerprint where none is wanted.
func TestDigesterWithoutFields(t *testing.T) {
	var d Digester
	d.Reset()
	d.Write([]byte(usual + "\r\nbody\r\n"))
	want := printsOf(usual + "\r\nbody\r\n")
	want.Fields = ledger.Fingerprint{}
	if got := d.Prints(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestDigestsAgree lets a server show a message in ways that must not matter.
func TestDigestsAgree(t *testing.T) {
	const message = usual + "\r\nbody\r\n"
	want := printsOf(message)
	for _, tc := range []struct {
		name, message string
		header        bool // has the same digest
		like          bool // the content is the same but for volatile fields
		content       bool // the content is the same
	}{
		{"the same", message, true, true, true},
		{"header with bare LF", strings.ReplaceAll(usual, "\r\n", "\n") + "\r\nbody\r\n", true, true, true},
		{"header alone, as TOP shows it", usual + "\r\n", true, false, false},
		{"header alone, without the empty line", usual, true, false, false},
		{"empty line with bare LF", usual + "\nbody\r\n", true, false, false},
		{"body with bare LF", usual + "\r\nbody\n", true, false, false},
		{"another body", usual + "\r\nBody\r\n", true, false, false},
		{"no line end", usual + "\r\nbody", true, false, false},
		{"read", "Status: RO\r\n" + message, true, true, false},
		{"read, noted in between", strings.Replace(message, "Date:", "X-Status: A\r\nDate:", 1), true, true, false},
		{"with a UID", usual + "X-UIDL: 4711\r\n folded\r\n\r\nbody\r\n", true, true, false},
		{"another field", "X-Stat: RO\r\n" + message, false, false, false},
		{"a field folded otherwise", strings.Replace(message, "one two", "one\r\n two", 1), false, false, false},
		{"another order", strings.Join(reversed(strings.SplitAfter(usual, "\r\n")), "") + "\r\nbody\r\n", false, false, false},
		{"a field less", strings.Replace(message, "Received: by here\r\n", "", 1), false, false, false},
		{"another case", strings.Replace(message, "From:", "FROM:", 1), false, false, false},
	} {
		got := printsOf(tc.message)
		if (got.Header == want.Header) != tc.header || got.Content.IsLike(want.Content) != tc.like || (got.Content == want.Content) != tc.content {
			t.Errorf("%s: %+v, of the message itself %+v", tc.name, got, want)
		}
		if tc.like && !tc.content && [4]byte(got.Content[12:]) == [4]byte(want.Content[12:]) {
			t.Errorf("%s: the volatile fields are not in the content digest", tc.name)
		}
	}
}

// TestVolatile has each volatile field, alone, in no digest but that of the content.
func TestVolatile(t *testing.T) {
	const rest = "A: 1\r\n\r\nbody\r\n"
	seen := map[ledger.ContentDigest]string{printsOf(rest).Content: "none"}
	for _, name := range volatile {
		for _, field := range []string{name + ": 1\r\n", strings.ToUpper(name) + ": 2\r\n", name + ":\r\n", name + ": 1\r\n 2\r\n"} {
			got := printsOf(field + rest)
			if got.Header != printsOf(rest).Header || !got.Content.IsLike(printsOf(rest).Content) {
				t.Errorf("%q: %+v", field, got)
			}
			if other, known := seen[got.Content]; known {
				t.Errorf("%q and %q have one content digest", field, other)
			}
			seen[got.Content] = field
		}
		if got := printsOf(name + "x: 1\r\n" + rest); got.Header == printsOf(rest).Header {
			t.Errorf("%sx is taken for volatile", name)
		}
	}
}

// TestDigestsOfCorpus has no two messages alike in a corpus of all kinds.
func TestDigestsOfCorpus(t *testing.T) {
	seen := map[ledger.ContentDigest]int{}
	i := 0
	for text := range fault.Corpus(1, 200) {
		i++
		got := printsOf(string(text))
		if want := partsOf(string(text)).prints(string(text)); got != want {
			t.Errorf("message %d: %+v, want %+v", i, got, want)
		}
		if other, known := seen[got.Content]; known {
			t.Errorf("messages %d and %d have one digest", other, i)
		}
		seen[got.Content] = i
	}
}

// FuzzDigester has a message come in three pieces, and changes a byte of it. The
// digests are those of its parts, however it is cut, and are others as soon as the
// parts are.
func FuzzDigester(f *testing.F) {
	for _, message := range oddMessages {
		f.Add([]byte(message), 3, 9, byte(1))
		f.Add([]byte(message), len(message)-1, 4097, byte(' '))
	}
	f.Fuzz(func(t *testing.T, message []byte, cut, other int, change byte) {
		text := string(message)
		cut, other = max(0, min(cut, len(text))), max(0, min(other, len(text)))
		first, last := min(cut, other), max(cut, other)
		want := printsOf(text)
		if got := printsOf(text[:first], text[first:last], text[last:]); got != want {
			t.Fatalf("%q cut at %d and %d: %+v, at once %+v", text, first, last, got, want)
		}
		if parts := partsOf(text).prints(text); want != parts {
			t.Fatalf("%q: %+v, of its parts %+v", text, want, parts)
		}
		if cut == len(text) {
			return
		}
		changed := text[:cut] + string([]byte{text[cut] ^ change}) + text[cut+1:]
		got, before, after := printsOf(changed), partsOf(text), partsOf(changed)
		if isSame := before.header == after.header; (got.Header == want.Header) != isSame {
			t.Errorf("%q and %q: headers the same %v, digests %+v and %+v", text, changed, isSame, want, got)
		}
		if isSame := before.header == after.header && before.body == after.body; got.Content.IsLike(want.Content) != isSame {
			t.Errorf("%q and %q: contents alike %v, digests %+v and %+v", text, changed, isSame, want, got)
		}
		before.received, after.received = false, false
		if isSame := before == after; (got.Content == want.Content) != isSame {
			t.Errorf("%q and %q: contents the same %v, digests %+v and %+v", text, changed, isSame, want, got)
		}
	})
}

// TestDigestsOfMailutils has what pop3d of GNU Mailutils, and UW, add to the first
// message of an mbox.
func TestDigestsOfMailutils(t *testing.T) {
	const rest = "A: 1\r\n\r\nbody\r\n"
	for _, field := range []string{"X-IMAPbase: 1795914017                    3\r\n", "X-IMAPbase: 1795914017                    4\r\n"} {
		got, want := printsOf(field+rest), printsOf(rest)
		if got.Header != want.Header || !got.Content.IsLike(want.Content) {
			t.Errorf("%q makes another message of it", field)
		}
	}
}

// TestDigestsOfLongName has a name with so many blanks behind it that it may come in
// pieces.
func TestDigestsOfLongName(t *testing.T) {
	for _, name := range []string{"Status", "Received"} {
		message := name + strings.Repeat(" ", maxLine+100) + ": 1\r\nA: 1\r\n\r\nbody\r\n"
		if got, want := printsOf(message[:maxLine+10], message[maxLine+10:]), printsOf(message); got != want {
			t.Errorf("%s: in two pieces %+v, at once %+v", name, got, want)
		}
	}
}

// TestFingerprintOfWhole is that of version 1 where no field tells: the same in any
// pieces and with what servers note, and another for another body.
func TestFingerprintOfWhole(t *testing.T) {
	of := func(pieces ...string) ledger.Fingerprint {
		d := Digester{Fields: true}
		d.Reset()
		for _, piece := range pieces {
			d.Write([]byte(piece))
		}
		return d.Prints().Fields
	}
	const text = "Subject: report\r\n\r\none\r\n\r\nmore\r\n"
	want := of(text)
	if !isOfWhole(want) || want == (ledger.Fingerprint{}) {
		t.Errorf("%x", want)
	}
	if got := of(strings.Split(text, "")...); got != want {
		t.Errorf("byte by byte %x, at once %x", got, want)
	}
	if got := of("Status: RO\r\n" + text); got != want {
		t.Errorf("with a note %x, without %x", got, want)
	}
	if got := of(strings.Replace(text, "more", "less", 1)); got == want {
		t.Error("another body has the same one")
	}
}

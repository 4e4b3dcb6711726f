package fault

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"
)

const (
	attachmentEvery = 2000     // messages
	attachmentAt    = 777      // the place of the big attachment among them
	attachmentSize  = 10 << 20 // bytes before base64
)

// corpusStart is the Date of the first message of a corpus.
var corpusStart = time.Date(2026, 1, 5, 8, 30, 0, 0, time.UTC)

// Corpus generates n messages as mail is: mostly small, about 5 KB, and odd
// in every way that a fetcher has to bear. Each kind comes once at the
// beginning and then by chance; once in 2000 messages there is an attachment
// of 10 MB. All lines end in CRLF; see OddBytes for the rest. The same seed
// gives the same messages, and message i doesn't depend on n. No two messages
// are the same, and each that has a header has a Message-ID of its own. The
// caller may keep the slices.
func Corpus(seed uint64, n int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for i := range n {
			if !yield(corpusMessage(seed, i)) {
				return
			}
		}
	}
}

// corpusMessage is message i of a corpus.
func corpusMessage(seed uint64, i int) []byte {
	g := &generator{rand: rand.New(rand.NewPCG(seed, uint64(i))), seed: seed, index: i}
	switch {
	case i%attachmentEvery == attachmentAt:
		g.writeAttachment(attachmentSize)
	case i < len(kinds):
		kinds[i](g)
	case g.rand.IntN(2) == 0:
		plainMail(g)
	default:
		kinds[g.rand.IntN(len(kinds))](g)
	}
	return g.out
}

// A generator writes one message.
type generator struct {
	rand  *rand.Rand
	seed  uint64
	index int
	out   []byte
}

// writeLine writes a line.
func (g *generator) writeLine(text string) { g.out = append(append(g.out, text...), "\r\n"...) }

// writeLinef writes a formatted line.
func (g *generator) writeLinef(format string, args ...any) {
	g.out = append(fmt.Appendf(g.out, format, args...), "\r\n"...)
}

// writeHeader writes the fields that every message has.
func (g *generator) writeHeader(subject string) {
	date := corpusStart.Add(time.Duration(g.index) * 17 * time.Minute)
	g.writeLinef("Received: from mx.example.net by mail.example.org; %s", date.Format(time.RFC1123Z))
	g.writeLinef("Message-ID: <%x.%d@corpus.example.org>", g.seed, g.index)
	g.writeLinef("Date: %s", date.Format(time.RFC1123Z))
	g.writeLinef("From: %s <%s@example.org>", g.randomWord(), g.randomWord())
	g.writeLine("To: you@example.com")
	g.writeLine("Subject: " + subject)
}

// writeMIME writes the fields that say what the body is, and ends the header.
func (g *generator) writeMIME(contentType, encoding string) {
	g.writeLine("MIME-Version: 1.0")
	g.writeLine("Content-Type: " + contentType)
	g.writeLine("Content-Transfer-Encoding: " + encoding)
	g.writeLine("")
}

// startText writes the header of a plain text.
func (g *generator) startText(subject string) {
	g.writeHeader(subject)
	g.writeMIME("text/plain; charset=us-ascii", "7bit")
}

// randomWord is some word.
func (g *generator) randomWord() string { return words[g.rand.IntN(len(words))] }

// writeText writes lines of words until about size bytes are written.
func (g *generator) writeText(size int) {
	for end := len(g.out) + size; len(g.out) < end; {
		for from := len(g.out); len(g.out)-from < 64; {
			g.out = append(append(g.out, g.randomWord()...), ' ')
		}
		g.writeLine("and so on.")
	}
}

// randomSize is a size around 5 KB: most are smaller, a few much bigger.
func (g *generator) randomSize() int { return 200 + int(g.rand.ExpFloat64()*4500) }

// words are what messages are made of.
var words = []string{
	"harbour", "lantern", "winter", "parcel", "garden", "meeting", "river", "copper",
	"letter", "number", "village", "morning", "engine", "paper", "window", "market",
	"the", "of", "to", "with", "before", "under", "again", "slowly",
	"carries", "answers", "keeps", "opens", "follows", "finds", "writes", "waits",
}

// subjects are headlines in the charsets that mail comes in (RFC 2047).
var subjects = []string{
	"=?utf-8?B?U3VtbWVyIGbDqnRlIOKYgCBhbmQgYSBwaWNuaWM=?=",
	"=?utf-8?Q?Caf=C3=A9_at_four=3F?=",
	"=?iso-8859-1?Q?Gr=FC=DFe_aus_dem_Norden?=",
	"=?iso-8859-2?B?r/OzdGEgs/NkvA==?=",
	"=?windows-1252?B?k09mZmVylCCWIDIwIIA=?=",
	"=?koi8-r?B?8NLJx8zB28XOycUgzsEg19PU0sXe1Q==?=",
	"=?iso-2022-jp?B?GyRCTWg9NSROQkckQTlnJG8kOyRLJEQkJCRGGyhC?=",
	"=?gb2312?B?u+HS6c2o1qo=?=",
	"=?euc-kr?B?yLjAxyC+yLO7?=",
	"=?x-unknown?Q?nobody_knows?=",
}

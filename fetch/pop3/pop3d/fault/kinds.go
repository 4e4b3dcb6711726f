package fault

import (
	"bytes"
	"encoding/base64"
)

// kinds are the oddities of a corpus, each a way to write a message.
var kinds = []func(*generator){
	plainMail, dotLines, loneDots, dotAtEnd, dotsAtBlocks, fromLines, longLines,
	eightBit, nulBytes, noFinalCRLF, emptyBody, headerOnly, noHeader,
	foldedHeader, encodedSubject, smallAttachment, emptyLines, tinyMail,
}

// plainMail is the usual message.
func plainMail(g *generator) {
	g.startText(g.randomWord() + " " + g.randomWord())
	g.writeText(g.randomSize())
}

// dotLines has lines that begin with dots.
func dotLines(g *generator) {
	g.startText("dots")
	for _, line := range []string{".", "..", "...", ".leading", "..two", ". a b", ".\t", "a.b", "end."} {
		g.writeLine(line)
		g.writeText(g.rand.IntN(200))
	}
}

// loneDots is a body of nothing but dots, thousands of them.
func loneDots(g *generator) {
	g.startText("lone dots")
	for range 1 + g.rand.IntN(2000) {
		g.writeLine(".")
	}
}

// dotAtEnd looks twice as if it were over: in the middle and at its end.
func dotAtEnd(g *generator) {
	g.startText("dot at end")
	g.writeLine(".")
	g.writeLine("+OK 120 octets")
	g.writeText(g.randomSize())
	g.writeLine(".")
}

// dotsAtBlocks has the end of a line, and a dot behind it, around the places
// where buffers of usual sizes end.
func dotsAtBlocks(g *generator) {
	g.startText("dots at blocks")
	for block := 4096; block <= 128<<10; block *= 2 {
		for len(g.out) < block-40 {
			g.writeLine("0123456789 filling up")
		}
		for len(g.out) < block-g.rand.IntN(4) {
			g.out = append(g.out, 'x')
		}
		g.writeLine("")
		g.writeLine(".")
		g.writeLine(".dot")
	}
}

// fromLines is what mbox files have to quote.
func fromLines(g *generator) {
	g.startText("From lines")
	for _, line := range []string{
		"From here on", ">From there", ">>From far away", "From ", "from below", " From within",
		"From you@example.com Mon Jan  5 08:30:00 2026", "", "From: not a header", ">", "From",
	} {
		g.writeLine(line)
	}
	g.writeText(g.randomSize())
	g.writeLine("From the end")
}

// longLines has a line of 100 KB.
func longLines(g *generator) {
	g.startText("long line")
	g.out = append(g.out, bytes.Repeat([]byte("abcdefghi."), 10<<10)...)
	g.writeLine("")
	g.writeLine(".")
	g.out = append(g.out, bytes.Repeat([]byte{'.'}, 998)...)
	g.writeLine("")
}

// eightBit has every byte from 0x80 up, in header and body.
func eightBit(g *generator) {
	g.writeHeader("8 bit \xfc\xdf\xa4")
	g.writeMIME("text/plain; charset=iso-8859-15", "8bit")
	for b := 0x80; b <= 0xff; b += 16 {
		for i := range 16 {
			g.out = append(g.out, byte(b+i))
		}
		g.writeLine("")
	}
	g.writeText(g.randomSize())
}

// nulBytes has NUL and the other control characters but CR and LF.
func nulBytes(g *generator) {
	g.startText("NUL bytes")
	for b := range byte(' ') {
		if b != '\r' && b != '\n' {
			g.out = append(g.out, 'x', b)
		}
	}
	g.writeLine("\x00\x00\x00")
	g.writeText(g.randomSize())
}

// noFinalCRLF ends in the middle of a line.
func noFinalCRLF(g *generator) {
	g.startText("no final CRLF")
	g.writeText(g.randomSize())
	g.out = append(g.out, "the last line"...)
}

// emptyBody has a header, the empty line and nothing else.
func emptyBody(g *generator) { g.startText("empty body") }

// headerOnly lacks even the empty line.
func headerOnly(g *generator) { g.writeHeader("header only") }

// noHeader begins with its body.
func noHeader(g *generator) {
	g.writeLine("")
	g.writeLinef("Message %x.%d came without a header.", g.seed, g.index)
	g.writeText(g.randomSize())
}

// foldedHeader has fields over several lines.
func foldedHeader(g *generator) {
	g.writeHeader("a subject that goes on\r\n and on\r\n\tuntil it is done")
	g.writeLine("References: <one@example.org>")
	for range g.rand.IntN(200) {
		g.writeLinef(" <%08x@example.org>", g.rand.Uint32())
	}
	g.writeLine("X-Empty:")
	g.writeLine("X-Folded-Empty:\r\n ")
	g.writeMIME("text/plain;\r\n\tcharset=\"us-ascii\";\r\n\tformat=flowed", "7bit")
	g.writeText(g.randomSize())
}

// encodedSubject has its subject in some charset.
func encodedSubject(g *generator) {
	g.startText(subjects[g.rand.IntN(len(subjects))] + "\r\n " + subjects[g.rand.IntN(len(subjects))])
	g.writeText(g.randomSize())
}

// emptyLines begins and ends with empty lines.
func emptyLines(g *generator) {
	g.startText("empty lines")
	for range 5 {
		g.writeLine("")
	}
	g.writeText(g.randomSize())
	for range 5 {
		g.writeLine("")
	}
}

// tinyMail has hardly anything.
func tinyMail(g *generator) {
	g.writeLinef("Message-ID: <%x.%d@corpus.example.org>", g.seed, g.index)
	g.writeLine("")
	g.writeLine("x")
}

// smallAttachment has a few KB of binary data.
func smallAttachment(g *generator) { g.writeAttachment(1000 + g.rand.IntN(20_000)) }

// writeAttachment writes a multipart message with so many bytes of data.
func (g *generator) writeAttachment(size int) {
	g.writeHeader("an attachment")
	g.writeMIME(`multipart/mixed; boundary="=_corpus"`, "7bit")
	g.writeLine("--=_corpus\r\nContent-Type: text/plain\r\n")
	g.writeText(300)
	g.writeLine("--=_corpus\r\nContent-Type: application/octet-stream; name=data.bin")
	g.writeLine("Content-Transfer-Encoding: base64\r\n")
	data := make([]byte, 57) // 76 characters of base64
	for ; size > 0; size -= len(data) {
		for i := range data {
			data[i] = byte(g.rand.Uint32())
		}
		g.out = base64.StdEncoding.AppendEncode(g.out, data)
		g.writeLine("")
	}
	g.writeLine("--=_corpus--")
}

package fault

import (
	"bytes"
	"encoding/base64"
)

// kinds are the oddities of a corpus, each a way to write a message.
var kinds = []func(*generator){
	plainMail, dotLines, loneDots, dotAtEnd, dotsAtBlocks, fromLines, longLines,
	eightBit, nulBytes, noFinalCRLF, emptyBody, headerOnly, noHeader,
	foldedHeader, encodedSubject, smallAttachment, emptyLines, tiny,
}

// plainMail is the usual message.
func plainMail(g *generator) {
	g.start(g.word() + " " + g.word())
	g.text(g.size())
}

// dotLines has lines that begin with dots.
func dotLines(g *generator) {
	g.start("dots")
	for _, line := range []string{".", "..", "...", ".leading", "..two", ". a b", ".\t", "a.b", "end."} {
		g.line(line)
		g.text(g.rand.IntN(200))
	}
}

// loneDots is a body of nothing but dots, thousands of them.
func loneDots(g *generator) {
	g.start("lone dots")
	for range 1 + g.rand.IntN(2000) {
		g.line(".")
	}
}

// dotAtEnd looks twice as if it were over: in the middle and at its end.
func dotAtEnd(g *generator) {
	g.start("dot at end")
	g.line(".")
	g.line("+OK 120 octets")
	g.text(g.size())
	g.line(".")
}

// dotsAtBlocks has the end of a line, and a dot behind it, around the places
// where buffers of usual sizes end.
func dotsAtBlocks(g *generator) {
	g.start("dots at blocks")
	for block := 4096; block <= 128<<10; block *= 2 {
		for len(g.out) < block-40 {
			g.line("0123456789 filling up")
		}
		for len(g.out) < block-g.rand.IntN(4) {
			g.out = append(g.out, 'x')
		}
		g.line("")
		g.line(".")
		g.line(".dot")
	}
}

// fromLines is what mbox files have to quote.
func fromLines(g *generator) {
	g.start("From lines")
	for _, line := range []string{
		"From here on", ">From there", ">>From far away", "From ", "from below", " From within",
		"From you@example.com Mon Jan  5 08:30:00 2026", "", "From: not a header", ">", "From",
	} {
		g.line(line)
	}
	g.text(g.size())
	g.line("From the end")
}

// longLines has a line of 100 KB.
func longLines(g *generator) {
	g.start("long line")
	g.out = append(g.out, bytes.Repeat([]byte("abcdefghi."), 10<<10)...)
	g.line("")
	g.line(".")
	g.out = append(g.out, bytes.Repeat([]byte{'.'}, 998)...)
	g.line("")
}

// eightBit has every byte from 0x80 up, in header and body.
func eightBit(g *generator) {
	g.header("8 bit \xfc\xdf\xa4")
	g.mime("text/plain; charset=iso-8859-15", "8bit")
	for b := 0x80; b <= 0xff; b += 16 {
		for i := range 16 {
			g.out = append(g.out, byte(b+i))
		}
		g.line("")
	}
	g.text(g.size())
}

// nulBytes has NUL and the other control characters but CR and LF.
func nulBytes(g *generator) {
	g.start("NUL bytes")
	for b := range byte(' ') {
		if b != '\r' && b != '\n' {
			g.out = append(g.out, 'x', b)
		}
	}
	g.line("\x00\x00\x00")
	g.text(g.size())
}

// noFinalCRLF ends in the middle of a line.
func noFinalCRLF(g *generator) {
	g.start("no final CRLF")
	g.text(g.size())
	g.out = append(g.out, "the last line"...)
}

// emptyBody has a header, the empty line and nothing else.
func emptyBody(g *generator) { g.start("empty body") }

// headerOnly lacks even the empty line.
func headerOnly(g *generator) { g.header("header only") }

// noHeader begins with its body.
func noHeader(g *generator) {
	g.line("")
	g.linef("Message %x.%d came without a header.", g.seed, g.index)
	g.text(g.size())
}

// foldedHeader has fields over several lines.
func foldedHeader(g *generator) {
	g.header("a subject that goes on\r\n and on\r\n\tuntil it is done")
	g.line("References: <one@example.org>")
	for range g.rand.IntN(200) {
		g.linef(" <%08x@example.org>", g.rand.Uint32())
	}
	g.line("X-Empty:")
	g.line("X-Folded-Empty:\r\n ")
	g.mime("text/plain;\r\n\tcharset=\"us-ascii\";\r\n\tformat=flowed", "7bit")
	g.text(g.size())
}

// encodedSubject has its subject in some charset.
func encodedSubject(g *generator) {
	g.start(subjects[g.rand.IntN(len(subjects))] + "\r\n " + subjects[g.rand.IntN(len(subjects))])
	g.text(g.size())
}

// emptyLines begins and ends with empty lines.
func emptyLines(g *generator) {
	g.start("empty lines")
	for range 5 {
		g.line("")
	}
	g.text(g.size())
	for range 5 {
		g.line("")
	}
}

// tiny has hardly anything.
func tiny(g *generator) {
	g.linef("Message-ID: <%x.%d@corpus.example.org>", g.seed, g.index)
	g.line("")
	g.line("x")
}

// smallAttachment has a few KB of binary data.
func smallAttachment(g *generator) { g.attachment(1000 + g.rand.IntN(20_000)) }

// attachment writes a multipart message with so many bytes of data.
func (g *generator) attachment(size int) {
	g.header("an attachment")
	g.mime(`multipart/mixed; boundary="=_corpus"`, "7bit")
	g.line("--=_corpus\r\nContent-Type: text/plain\r\n")
	g.text(300)
	g.line("--=_corpus\r\nContent-Type: application/octet-stream; name=data.bin")
	g.line("Content-Transfer-Encoding: base64\r\n")
	data := make([]byte, 57) // 76 characters of base64
	for ; size > 0; size -= len(data) {
		for i := range data {
			data[i] = byte(g.rand.Uint32())
		}
		g.out = base64.StdEncoding.AppendEncode(g.out, data)
		g.line("")
	}
	g.line("--=_corpus--")
}

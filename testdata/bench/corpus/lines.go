package corpus

import (
	"math/rand/v2"
	"strings"
)

// text and attachment are the lines that bodies are made of, with their ends.
var (
	text       = makeLines(4001, textLine)
	attachment = makeLines(16001, attachmentLine)
)

func makeLines(n int, line func(r *rand.Rand, i int) string) [][]byte {
	r := rand.New(rand.NewPCG(3, 5))
	lines := make([][]byte, n)
	for i := range lines {
		lines[i] = []byte(line(r, i) + "\r\n")
	}
	return lines
}

// textLine is a line of words; a few are what a format has to quote, or empty.
func textLine(r *rand.Rand, i int) string {
	var line strings.Builder
	switch {
	case i%97 == 11:
		line.WriteString(".a dot, ")
	case i%97 == 23:
		line.WriteString("From here on ")
	case i%13 == 5:
		return ""
	}
	for line.Len() < 66 {
		line.WriteString(words[r.IntN(len(words))])
		line.WriteByte(' ')
	}
	return line.String() + "and so on."
}

// attachmentLine looks like one of base64.
func attachmentLine(r *rand.Rand, _ int) string {
	line := make([]byte, 76)
	for i := range line {
		line[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(line)
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

var words = strings.Fields(`harbour lantern winter parcel garden meeting river copper letter number
	village morning engine paper window market the of to with before under again slowly carries
	answers keeps opens follows finds writes waits`)

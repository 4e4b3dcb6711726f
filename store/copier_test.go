package store

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// chunks is a reader that returns so many bytes at a time, and then err.
type chunks struct {
	text []byte
	size int
	err  error
	late bool // err comes by itself, not with the last bytes
}

func (c *chunks) Read(p []byte) (int, error) {
	n := copy(p[:min(len(p), c.size)], c.text)
	c.text = c.text[n:]
	if len(c.text) > 0 || c.late && n > 0 {
		return n, nil
	}
	return n, c.err
}

// copyChunks copies with a Copier that has a small buffer, so that its ends
// are where a test wants them.
func copyChunks(buffer int, r io.Reader) (string, int64, error, error) {
	var out strings.Builder
	c := Copier{buf: make([]byte, buffer)}
	n, readErr, writeErr := c.Copy(&out, r)
	return out.String(), n, readErr, writeErr
}

func TestCopierEveryChunking(t *testing.T) {
	texts := []string{
		"", "\r", "\n", "\r\n", "\r\r\n\n", "\r\n\r\n\r\n", "a\r\nb\r\n", "a\rb\nc\r", "\r\r\r\r\r\n", "no end",
	}
	errEnd := errors.New("end")
	for _, text := range texts {
		want := strings.ReplaceAll(text, "\r\n", "\n")
		for buffer := 2; buffer < 8; buffer++ {
			for size := 1; size <= len(text)+1; size++ {
				for _, end := range []error{io.EOF, errEnd} {
					for _, late := range []bool{false, true} {
						got, n, readErr, writeErr := copyChunks(buffer, &chunks{[]byte(text), size, end, late})
						if got != want || n != int64(len(want)) || writeErr != nil {
							t.Fatalf("%q by %d into %d: %q (%d), not %q", text, size, buffer, got, n, want)
						}
						if end == io.EOF && readErr != nil || end == errEnd && readErr != errEnd {
							t.Fatalf("%q by %d into %d: the error is %v for %v", text, size, buffer, readErr, end)
						}
					}
				}
			}
		}
	}
}

func TestCopierReuse(t *testing.T) {
	var c Copier
	for _, text := range []string{strings.Repeat("x\r", copyBuffer), "\n", "\r"} {
		var out bytes.Buffer
		if _, _, err := c.Copy(&out, iotest.DataErrReader(strings.NewReader(text))); err != nil || out.String() != text {
			t.Errorf("%.10q became %.10q (%v)", text, out.String(), err)
		}
	}
}

func TestCopierErrors(t *testing.T) {
	var c Copier
	_, readErr, writeErr := c.Copy(io.Discard, iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("abc"))))
	if readErr != iotest.ErrTimeout || writeErr != nil {
		t.Errorf("a read error became %v and %v", readErr, writeErr)
	}
	r, w := io.Pipe()
	r.Close()
	_, readErr, writeErr = c.Copy(w, strings.NewReader("abc"))
	if readErr != nil || writeErr != io.ErrClosedPipe {
		t.Errorf("a write error became %v and %v", readErr, writeErr)
	}
}

func FuzzCopier(f *testing.F) {
	f.Add([]byte("a\r\nb\r\r\n\n\r"), uint8(3), uint8(2))
	f.Fuzz(func(t *testing.T, text []byte, size, buffer uint8) {
		want := bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
		got, n, readErr, writeErr := copyChunks(2+int(buffer), &chunks{bytes.Clone(text), 1 + int(size), io.EOF, size%2 == 0})
		if got != string(want) || n != int64(len(want)) || readErr != nil || writeErr != nil {
			t.Errorf("%q became %q, not %q (%v, %v)", text, got, want, readErr, writeErr)
		}
	})
}

// BenchmarkCopier copies a message of 1 MB with lines of usual length.
func BenchmarkCopier(b *testing.B) {
	text := bytes.Repeat([]byte(strings.Repeat("x", 72)+"\r\n"), 1<<20/74)
	var c Copier
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, readErr, err := c.Copy(io.Discard, bytes.NewReader(text)); readErr != nil || err != nil {
			b.Fatal(readErr, err)
		}
	}
}

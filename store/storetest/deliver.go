package storetest

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"popfetch/store"
)

func testEmptyBatch(t *testing.T, s *suite) {
	b, _ := s.stageBatch(s.openBox(id))
	s.mustSucceed(b.Publish())
	s.mustSucceed(s.fillBatch(s.openBox(id)).Discard())
	s.expectMessages()
}

func testMany(t *testing.T, s *suite) {
	box, messages := s.openBox(id), makeMail(300)
	for i := 0; i < len(messages); i += 100 {
		b, _ := s.stageBatch(box, messages[i:i+100]...)
		s.mustSucceed(b.Publish())
	}
	s.expectMessages(messages...)
}

// odd are the messages of Odd.
var odd = []string{
	"",
	"\r\n",
	"\r\n\r\n\r\n",
	"\n",
	"\r",
	"\r\r\n\n\r",
	"\x00",
	"no end of line",
	"From me Mon Nov 23 05:25:00 2026\r\n",
	"From ",
	"From",
	">From \r\n",
	">>From x\r\n>>>From y",
	"Subject: x\r\n\r\nFrom here\r\n From there\r\nfrom everywhere\r\n>From\r\nFrom",
	"\xff\xfe\x80 not UTF-8\r\n",
	"X: " + strings.Repeat("a line of many blocks ", 10_000) + "\r\n\r\n>From " + strings.Repeat(">", 100_000) + "\r\n",
	strings.Repeat("\r\n", 50_000),
	strings.Repeat("\r", 70_000),
	"Return-Path: <a b\tc@example.org>\r\n\r\n",
	"Return-Path:\r\n",
	"Return-Path: <>\r\n",
}

func testOddBytes(t *testing.T, s *suite) {
	box := s.openBox(id)
	b, _ := s.stageBatch(box, odd...)
	s.mustSucceed(b.Publish())
	for _, text := range odd { // each as the last one, too
		b, _ := s.stageBatch(box, text)
		s.mustSucceed(b.Publish())
	}
	s.expectMessages(append(odd, odd...)...)
}

// OddMessages returns messages that a mailbox could take for something else.
func OddMessages() []string { return slices.Clone(odd) }

// A pattern is a message of so many bytes that takes no room.
type pattern struct{ left int }

var patternLine = "From the beginning to the end there is" + strings.Repeat(" nothing but this and that", 20) + ".\r\n"

func (p *pattern) Read(b []byte) (int, error) {
	if p.left == 0 {
		return 0, io.EOF
	}
	b = b[:min(len(b), p.left)]
	n := copy(b, patternLine[len(patternLine)-1-(p.left-1)%len(patternLine):])
	p.left -= n
	return n, nil
}

func testLarge(t *testing.T, s *suite) {
	const size, bound = 64 << 20, 4 << 20
	box := s.openBox(id)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	b := s.fillBatch(box)
	_, err := b.Append(&pattern{size})
	s.mustSucceed(err)
	_, err = b.Stage()
	s.mustSucceed(err)
	s.mustSucceed(b.Publish())
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > bound {
		t.Errorf("a message of %d bytes took %d bytes of memory", size, used)
	}
	want, err := io.ReadAll(&pattern{size})
	s.mustSucceed(err)
	s.expectMessages(string(want))
}

// errCut is what a connection ends with.
var errCut = errors.New("the connection was cut")

// cutReader is a reader that returns the text and then errCut.
func cutReader(text string) io.Reader {
	return io.MultiReader(strings.NewReader(text), readerFunc(func([]byte) (int, error) { return 0, errCut }))
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func testReadError(t *testing.T, s *suite) {
	messages := makeMail(5)
	b := s.fillBatch(s.openBox(id))
	for _, text := range messages {
		for _, part := range []string{"", "From ", messages[0], strings.Repeat(messages[0], 5000)} {
			if _, err := b.Append(cutReader(part)); err != errCut { //nolint:errorlint // it must not be wrapped
				t.Fatalf("Append returned %v, not the error of the reader", err)
			}
		}
		_, err := b.Append(strings.NewReader(text))
		s.mustSucceed(err)
	}
	places, err := b.Stage()
	s.mustSucceed(err)
	if len(places) != len(messages) {
		t.Errorf("there are %d places for %d messages", len(places), len(messages))
	}
	s.mustSucceed(b.Publish())
	s.expectMessages(messages...)

	b = s.fillBatch(s.openBox(id)) // and if there is nothing else
	b.Append(cutReader("x"))
	_, err = b.Stage()
	s.mustSucceed(err)
	s.mustSucceed(b.Publish())
	s.expectMessages(messages...)
}

// testNoRoom has a disk that is too full for one message: those before it are
// delivered all the same.
func testNoRoom(t *testing.T, s *suite) {
	messages := makeMail(3)
	b := s.fillBatch(s.openBox(id), messages...)
	s.Full(true)
	_, err := b.Append(&pattern{1 << 20})
	s.Full(false)
	if !errors.As(err, new(*store.Error)) || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Append returned %v", err)
	}
	places, err := b.Stage()
	s.mustSucceed(err)
	if len(places) != len(messages) {
		t.Errorf("there are %d places for %d messages", len(places), len(messages))
	}
	s.mustSucceed(b.Publish())
	s.expectMessages(messages...)
}

func testDiscard(t *testing.T, s *suite) {
	box, messages := s.openBox(id), makeMail(12)
	s.mustSucceed(s.fillBatch(box, messages[:10]...).Discard())
	b, _ := s.stageBatch(box, messages[:10]...)
	s.mustSucceed(b.Discard())
	s.expectMessages()
	b, _ = s.stageBatch(box, messages[10:]...)
	s.mustSucceed(b.Publish())
	s.expectMessages(messages[10:]...)
}

// testOverlap fills a batch while the one before is staged and published, as
// package fetch does.
func testOverlap(t *testing.T, s *suite) {
	box, messages := s.openBox(id), makeMail(200)
	var last chan error
	for i := 0; i < len(messages); i += 20 {
		b, before := s.fillBatch(box, messages[i:i+20]...), last
		done := make(chan error, 1)
		go func() {
			if before != nil {
				<-before
			}
			_, err := b.Stage()
			done <- errors.Join(err, b.Publish())
			close(done)
		}()
		last = done
	}
	for err := range last {
		s.mustSucceed(err)
	}
	s.expectMessages(messages...)
}

func testModes(t *testing.T, s *suite) {
	if runtime.GOOS == "windows" {
		return // it has no such modes
	}
	box := s.openBox(id)
	b, _ := s.stageBatch(box, makeMail(2)...)
	s.fillBatch(box, makeMail(2)...)
	s.mustSucceed(b.Publish())
	s.mustSucceed(filepath.WalkDir(s.Root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == s.Root {
			return err
		}
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if info.IsDir() {
			want = 0o700
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has the mode %v, not %v", path, info.Mode().Perm(), want)
		}
		return nil
	}))
}

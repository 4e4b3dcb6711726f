package term

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// TestLinesStayWhole lets several accounts speak at once.
func TestLinesStayWhole(t *testing.T) {
	var complaints bytes.Buffer
	u := &UI{Err: &complaints, Verbose: true}
	const speakers, lines = 8, 100
	var wg sync.WaitGroup
	for i := range speakers {
		wg.Go(func() {
			trace := u.Tracer("work")
			for range lines {
				u.Info("work", "speaker %d", i)
				fmt.Fprintf(trace, "speaker %d\n", i)
			}
		})
	}
	wg.Wait()
	got := strings.Split(strings.TrimSuffix(complaints.String(), "\n"), "\n")
	if len(got) != 2*speakers*lines {
		t.Errorf("%d lines", len(got))
	}
	for _, line := range got {
		if !strings.HasPrefix(line, "popfetch: work: speaker ") && !strings.HasPrefix(line, "work speaker ") {
			t.Fatalf("%q", line)
		}
	}
}

// TestOutputIsLost remembers that stdout took not everything.
func TestOutputIsLost(t *testing.T) {
	closed, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	u := &UI{Out: closed, Err: &bytes.Buffer{}}
	u.Warn("work", "this is no output")
	if u.Lost != nil {
		t.Errorf("stderr counts as stdout: %v", u.Lost)
	}
	u.PrintResult("this is")
	if !errors.Is(u.Lost, os.ErrClosed) {
		t.Errorf("got %v", u.Lost)
	}
}

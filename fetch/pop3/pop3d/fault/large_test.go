package fault

import (
	"bytes"
	"io"
	"testing"
)

func TestLargeSizes(t *testing.T) {
	for _, size := range []int64{0, 1, 2, 3, 50, 100, 64 << 10, 200_000} {
		m := Large("x", size)
		body, err := io.ReadAll(m.Open())
		if err != nil || int64(len(body)) != size || m.Size != size {
			t.Errorf("%d bytes: got %d, %v", size, len(body), err)
		}
		if size > 2 && !bytes.HasSuffix(body, []byte("\r\n")) {
			t.Errorf("%d bytes: no CRLF at the end", size)
		}
	}
}

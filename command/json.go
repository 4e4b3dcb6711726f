package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"

	"popfetch/command/term"
	"popfetch/fetch"
)

// The names in these types are those of the documented output.
type outcomeJSON struct {
	Account  string        `json:"account"`
	New      int           `json:"new"`
	Bytes    int64         `json:"bytes"`
	Deleted  int           `json:"deleted"`
	Skipped  []skipJSON    `json:"skipped"`
	Failed   []failureJSON `json:"failed"`
	OnServer int           `json:"on_server"`
	Seconds  float64       `json:"seconds"`
	Error    *string       `json:"error"`
}

type skipJSON struct {
	UID    string `json:"uid"`
	Size   int64  `json:"size"`
	Reason string `json:"reason"`
}

type failureJSON struct {
	UID   string `json:"uid"`
	Error string `json:"error"`
}

func (o outcome) toJSON() string {
	r := o.report
	shape := outcomeJSON{
		Account: o.account, New: r.New, Bytes: r.Bytes, Deleted: r.Deleted,
		Skipped: skipsJSON(r.Skipped), Failed: failuresJSON(r.Failed),
		OnServer: r.OnServer, Seconds: o.took.Seconds(), Error: textOf(o.err),
	}
	return encodeJSON(shape)
}

// encodeJSON writes a value that holds only strings, times and numbers, which can't
// fail, as one line of JSON. What JSON lets pass and a terminal doesn't bear is
// escaped too.
func encodeJSON(value any) string {
	var raw bytes.Buffer
	out := json.NewEncoder(&raw)
	out.SetEscapeHTML(false)
	out.Encode(value)
	var line strings.Builder
	for _, r := range strings.TrimSuffix(raw.String(), "\n") {
		switch {
		case !term.IsHarmful(r):
			line.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&line, "\\u%04x\\u%04x", high, low)
		default:
			fmt.Fprintf(&line, "\\u%04x", r)
		}
	}
	return line.String()
}

func skipsJSON(list fetch.Skips) []skipJSON {
	shape := make([]skipJSON, 0, list.Len())
	for s := range list.All() {
		shape = append(shape, skipJSON{s.UID, s.Size, s.Reason})
	}
	return shape
}

func failuresJSON(list []fetch.Failure) []failureJSON {
	shape := make([]failureJSON, len(list))
	for i, f := range list {
		shape[i] = failureJSON{f.UID, term.PlainError(f.Err)}
	}
	return shape
}

func textOf(err error) *string {
	if err == nil {
		return nil
	}
	text := term.PlainError(err)
	return &text
}

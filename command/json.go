package command

import (
	"encoding/json"

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

func (o outcome) json() []byte {
	r := o.report
	shape := outcomeJSON{
		Account: o.account, New: r.New, Bytes: r.Bytes, Deleted: r.Deleted,
		Skipped: skips(r.Skipped), Failed: failures(r.Failed),
		OnServer: r.OnServer, Seconds: o.took.Seconds(), Error: textOf(o.err),
	}
	line, _ := json.Marshal(shape) // strings and numbers can't fail
	return line
}

func skips(list []fetch.Skip) []skipJSON {
	shape := make([]skipJSON, len(list))
	for i, s := range list {
		shape[i] = skipJSON(s)
	}
	return shape
}

func failures(list []fetch.Failure) []failureJSON {
	shape := make([]failureJSON, len(list))
	for i, f := range list {
		shape[i] = failureJSON{f.UID, f.Err.Error()}
	}
	return shape
}

func textOf(err error) *string {
	if err == nil {
		return nil
	}
	text := err.Error()
	return &text
}

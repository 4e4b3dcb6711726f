package command

import (
	"bufio"
	"io"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // decodes subjects of any charset
	"github.com/emersion/go-message/mail"
	"github.com/emersion/go-message/textproto"
)

// maxHeader bounds the header that is read of a message to be listed, in bytes.
const maxHeader = 256 << 10

// readHeader fills in what the header of a message says. A header that can't
// be read leaves the fields empty: the message is listed all the same.
func (r *listed) readHeader(header io.Reader) {
	raw, err := textproto.ReadHeader(bufio.NewReader(io.LimitReader(header, maxHeader)))
	if err != nil {
		return
	}
	h := mail.Header{Header: message.Header{Header: raw}}
	if date, err := h.Date(); err == nil && !date.IsZero() {
		text := date.Format(time.RFC3339)
		r.Date = &text
	}
	r.From = decodeField(h, "From")
	r.Subject = decodeField(h, "Subject")
	if id, err := h.MessageID(); err == nil && id != "" {
		r.MessageID = &id
	}
}

// decodeField returns the text of a field, or nothing if there is no such field.
// Where the text can't be decoded it is returned as it stands.
func decodeField(h mail.Header, name string) *string {
	if !h.Has(name) {
		return nil
	}
	text, err := h.Text(name)
	if err != nil {
		text = h.Get(name)
	}
	return &text
}

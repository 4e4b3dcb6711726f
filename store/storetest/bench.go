package storetest

import (
	"strings"
	"testing"

	"popfetch/store"
)

// BenchmarkBatch delivers batches of 512 messages of 5 KB, as many as
// package fetch puts into one.
func BenchmarkBatch(b *testing.B, box store.Mailbox) {
	const messages = 512
	text := "Return-Path: <me@example.org>\r\nSubject: x\r\n\r\n" + strings.Repeat("All work and no play makes Jack a dull boy.\r\n", 110)
	b.SetBytes(int64(messages * len(text)))
	b.ReportAllocs()
	for b.Loop() {
		batch, err := box.Begin()
		if err != nil {
			b.Fatal(err)
		}
		for range messages {
			if _, err := batch.Append(strings.NewReader(text)); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := batch.Stage(); err != nil {
			b.Fatal(err)
		}
		if err := batch.Publish(); err != nil {
			b.Fatal(err)
		}
	}
}

package ledger

import (
	"bufio"
	"io"
	"slices"
	"time"
)

// compactSlack is the number of dead lines that are not worth a rewrite.
const compactSlack = 1000

// liveLines is the number of lines that compact would write.
func (l *Ledger) liveLines() int {
	n := l.Len() + 12
	for _, e := range l.All() {
		n += len(e.noteKinds())
	}
	return n
}

// compact replaces the file by one that says the same in as few lines as can
// be, and reads that. When it can't, on a full disk for one, the old file goes
// on: it is only longer than it need be.
func (l *Ledger) compact() error {
	if err := l.file.Close(); err != nil {
		return err
	}
	l.replaceFile(l.writeLive)
	return l.loadFile()
}

func (l *Ledger) writeLive(w io.Writer) error {
	out := bufio.NewWriterSize(w, 256<<10)
	out.Write(l.headerLine())
	var line []byte
	for r := range l.liveRecords {
		line = r.appendLine(line[:0])
		out.Write(line)
	}
	return out.Flush()
}

// liveRecords yields records that say all that is known, ordered by key so that two
// rewrites of the same ledger are alike.
func (l *Ledger) liveRecords(yield func(Record) bool) {
	keys := make([]Key, 0, l.Len())
	for key := range l.All() {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		for _, r := range l.recordsOf(key) {
			if !yield(r) {
				return
			}
		}
	}
	for _, r := range l.summary.allRecords() {
		if !yield(r) {
			return
		}
	}
}

// recordsOf says all that is known of one message.
func (l *Ledger) recordsOf(key Key) []Record {
	e, _ := l.Lookup(key)
	r := Record{Time: e.Since(), Key: key, StoredSize: e.StoredSize, WireSize: e.WireSize, Digests: e.Digests}
	switch e.state {
	case staged:
		r.Kind, r.Text = Staged, l.places[key]
	case kept:
		r.Kind = Kept
	case marked:
		r.Kind = Marked
	case failed:
		failure := l.failures[key]
		r.Kind, r.Count, r.Text = Failed, failure.Count, failure.Text
	}
	records := []Record{r}
	for _, kind := range e.noteKinds() {
		note := Record{Kind: kind, Time: e.Since(), Key: key}
		if kind == Gone || kind == Deleted {
			note.Time = time.Unix(e.gone, 0)
		}
		records = append(records, note)
	}
	return records
}

// noteKinds are the kinds of the lines that follow the first about a message, in
// their order.
func (e Entry) noteKinds() (kinds []Kind) {
	if e.flags&owed != 0 {
		kinds = append(kinds, Owed)
	}
	if e.flags&gap != 0 {
		kinds = append(kinds, Back)
	}
	switch {
	case e.IsDeleted():
		kinds = append(kinds, Deleted)
	case e.gone != 0:
		kinds = append(kinds, Gone)
	}
	return kinds
}

func (s Summary) allRecords() (records []Record) {
	if s.Maildrop != "" {
		records = append(records, Record{Kind: Maildrop, Time: s.anyTime(), Text: s.Maildrop})
	}
	records = append(records, s.serverFacts()...)
	if s.Server != "" {
		records = append(records, Record{Kind: Server, Time: s.Asked, Text: s.Server})
	}
	if !s.Login.IsZero() {
		records = append(records, Record{Kind: Login, Time: s.Login, Count: int(s.Delay / time.Second)})
	}
	if s.Denials > 0 {
		records = append(records, Record{Kind: Denied, Time: s.Denied, Count: s.Denials})
	}
	if !s.Success.IsZero() {
		records = append(records, Record{Kind: Done, Time: s.Success})
	}
	if !s.Failing.IsZero() { // behind what ends it
		failing := Record{Kind: Failing, Time: s.Failing}
		if s.Told {
			failing.Count = 1
		}
		records = append(records, failing)
	}
	if !s.Error.IsZero() {
		records = append(records, Record{Kind: RunError, Time: s.Error, Count: s.ErrorCode, Text: s.ErrorText})
	}
	return records
}

// serverFacts are what runs found out about the server.
func (s Summary) serverFacts() (records []Record) {
	if s.UIDL != Unknown {
		r := Record{Kind: UIDL, Time: s.anyTime()}
		if s.UIDL == Present {
			r.Count = 1
		}
		records = append(records, r)
	}
	if !s.Moving.IsZero() {
		records = append(records, Record{Kind: Moving, Time: s.Moving, Count: 1})
	}
	if !s.DistrustTOP.IsZero() {
		records = append(records, Record{Kind: Distrust, Time: s.DistrustTOP, Text: DistrustedTOP})
	}
	if !s.DistrustUIDL.IsZero() {
		records = append(records, Record{Kind: Distrust, Time: s.DistrustUIDL, Text: DistrustedUIDL})
	}
	if !s.DistrustLIST.IsZero() {
		records = append(records, Record{Kind: Distrust, Time: s.DistrustLIST, Text: DistrustedLIST})
	}
	if s.Secured != "" {
		records = append(records, Record{Kind: Secured, Time: s.anyTime(), Text: s.Secured})
	}
	return records
}

// anyTime is a time for what is true at any time.
func (s Summary) anyTime() time.Time { return time.Unix(max(s.Login.Unix(), 1), 0) }

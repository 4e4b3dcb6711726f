package command_test

import (
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"popfetch/config"
	"popfetch/store/durable"
	"popfetch/store/ledger"
)

// age makes an account's ledger say that all it tells happened earlier.
func (s *story) age(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 2, 2, "age ACCOUNT DURATION")
	by, err := config.ParseDuration(args[1])
	ts.Check(err)
	state, _, err := durable.MakeDir(filepath.Join(ts.Getenv("HOME"), ".local", "state", "popfetch"))
	ts.Check(err)
	defer state.Close()
	l, err := ledger.Open(state, args[0], 0)
	ts.Check(err)
	defer l.Close()
	summary := l.Summary()
	records := []ledger.Record{
		{Kind: ledger.Login, Time: summary.Login.Add(-by), Count: int(summary.Delay / time.Second)},
		{Kind: ledger.Denied, Time: summary.Denied.Add(-by), Count: summary.Denials},
	}
	if summary.Server != "" {
		records = append(records, ledger.Record{Kind: ledger.Server, Time: summary.Asked.Add(-by), Text: summary.Server})
	}
	if !summary.Failing.IsZero() {
		failing := ledger.Record{Kind: ledger.Failing, Time: summary.Failing.Add(-by)}
		if summary.Told {
			failing.Count = 1
		}
		records = append(records, failing)
	}
	for key, entry := range l.All() {
		record := ledger.Record{Time: entry.Since().Add(-by), Key: key}
		switch failure := l.Failure(key); {
		case entry.IsKept():
			record.Kind, record.StoredSize, record.WireSize, record.Digests = ledger.Kept, entry.StoredSize, entry.WireSize, entry.Digests
		case entry.IsFailed():
			record.Kind, record.Count, record.Text = ledger.Failed, failure.Count, failure.Text
		default:
			continue
		}
		records = append(records, record)
	}
	ts.Check(l.Append(records...))
}

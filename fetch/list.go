package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"popfetch/fetch/match"
	"popfetch/fetch/pop3"
	"popfetch/store/ledger"
)

// A Target is a message of this session's listing, with its key in the ledger.
type Target = match.Target

// A Maildrop is what the server lists, and which of it is known.
type Maildrop struct {
	Failed []Failure // messages that could not be told from others

	known   *ledger.Ledger
	listing *match.Listing
	matcher *match.Matcher
	records []ledger.Record // what was found out about the server

	// Only known where Rules.Start asks for it.
	newestFirst bool
	shown       map[int]match.Prints // headers, by number
}

// Len is the number of messages.
func (d *Maildrop) Len() int { return d.listing.Len() }

// CountDoubles is how many messages have the UID of one that is listed before them.
func (d *Maildrop) CountDoubles() int { return d.listing.CountDoubles() }

// All yields the messages in the order of the listing, each with what is known of
// it.
func (d *Maildrop) All() iter.Seq2[Target, match.Verdict] {
	return func(yield func(Target, match.Verdict) bool) {
		for place := range d.listing.Len() {
			if !yield(d.listing.TargetAt(place), d.matcher.VerdictAt(place)) {
				return
			}
		}
	}
}

// eachTarget yields the messages in the order of the listing.
func (d *Maildrop) eachTarget() iter.Seq[Target] {
	return func(yield func(Target) bool) {
		for place := range d.listing.Len() {
			if !yield(d.listing.TargetAt(place)) {
				return
			}
		}
	}
}

// Targets returns the messages in the order of the listing.
func (d *Maildrop) Targets() []Target {
	targets := make([]Target, d.Len())
	for place := range targets {
		targets[place] = d.listing.TargetAt(place)
	}
	return targets
}

// DrainRecords returns what the ledger is to be told, once.
func (d *Maildrop) DrainRecords() []ledger.Record {
	records := append(d.records, d.matcher.DrainRecords()...)
	d.records = nil
	return records
}

// NumbersOf yields the numbers of the targets in this session.
func NumbersOf(targets []Target) iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, t := range targets {
			if !yield(t.Number) {
				return
			}
		}
	}
}

// Sizes says of which messages ListMaildrop asks the sizes.
type Sizes int

// FewSizes are those of a maildrop that isn't large, where LIST costs no more than
// it is worth; AllSizes are for those who show them.
const (
	FewSizes Sizes = iota
	AllSizes
)

// ListMaildrop lists the maildrop and finds out which messages the ledger knows, as far as
// UIDs, sizes and headers tell. It writes nothing but whose messages these are. It
// also asks what the server can do now that the login is done. mustProve tells of a
// known message whether it is to be deleted; nil stands for none.
func (j *Job) ListMaildrop(s *Session, known *ledger.Ledger, sizes Sizes, mustProve func(ledger.Entry) bool) (*Maildrop, error) {
	d := &Maildrop{known: known}
	err := j.enterMaildrop(known)
	if err == nil {
		err = j.listUIDs(s, d, sizes)
	}
	if err == nil {
		err = j.matchListing(s, d, mustProve)
	}
	if err == nil && d.matcher.AreNumbers() {
		j.reportNote("the server's UIDs are message numbers, which change: telling messages apart by their headers")
		d.records = append(d.records, ledger.Record{Kind: ledger.Distrust, Time: time.Now(), Text: ledger.DistrustedUIDL})
		if err = j.listHeaders(s, d); err == nil {
			err = j.matchListing(s, d, mustProve)
		}
	}
	if err != nil {
		return nil, err
	}
	d.matcher.SettleKeys()
	s.Client.UseWireSizes(d.listing.Size)
	return d, nil
}

// noteDistrust takes note of what of the server turned out not to be believed.
func (d *Maildrop) noteDistrust() {
	if d.matcher.TopLies() {
		d.records = append(d.records, ledger.Record{Kind: ledger.Distrust, Time: time.Now(), Text: ledger.DistrustedTOP})
	}
	if d.matcher.AreNumbers() {
		d.records = append(d.records, ledger.Record{Kind: ledger.Distrust, Time: time.Now(), Text: ledger.DistrustedUIDL})
	}
}

// distrust is how long a server that was caught is believed no more. Then it is
// asked again: a proxy may be gone, or a server mended.
const distrust = 30 * 24 * time.Hour

func isDistrusted(since time.Time) bool { return !since.IsZero() && time.Since(since) < distrust }

// listUIDs lists the maildrop, as the lines come in, so that it is done when the
// server is.
func (j *Job) listUIDs(s *Session, d *Maildrop, sizes Sizes) error {
	summary := d.known.Summary()
	if isDistrusted(summary.DistrustUIDL) {
		return j.listHeaders(s, d)
	}
	d.listing = match.NewListing(d.known)
	size := d.listing.SetFewSizes
	switch {
	case sizes == AllSizes:
		size = d.listing.SetSize
	case j.noSizes || !hasFew(d.known):
		size = nil
	}
	err := wrapListError(s.Client.UniqueIDs(s.Before != nil, d.listing.AddUID, size))
	if odd := s.Client.OddLines(); odd > 0 {
		j.reportNote("ignored %d malformed lines in the server's list", odd)
	}
	s.listed = err == nil
	if err == nil && summary.UIDL != ledger.Present {
		d.records = append(d.records, ledger.Record{Kind: ledger.UIDL, Time: time.Now(), Count: 1})
	}
	if !hasNoUIDs(d.known, err) {
		return err
	}
	j.reportNote("the server has no UIDL: telling messages apart by their headers")
	if summary.UIDL != ledger.Absent {
		d.records = append(d.records, ledger.Record{Kind: ledger.UIDL, Time: time.Now()})
	}
	return j.listHeaders(s, d)
}

// hasFew reports whether the messages that the server had last are few.
func hasFew(known *ledger.Ledger) bool {
	n := 0
	for _, entry := range known.All() {
		if !entry.IsGone() {
			n++
		}
		if n > match.MaxSized {
			return false
		}
	}
	return true
}

// badDays is how long a server that had UIDs may be without, until it is taken
// at its word.
const badDays = 7 * 24 * time.Hour

// hasNoUIDs reports whether a listing failed because the server has no UIDL. Where
// it had, it may only have a bad day; if all runs fail for a week, it has given it
// up.
func hasNoUIDs(known *ledger.Ledger, err error) bool {
	refused := (*pop3.Error)(nil)
	if !errors.As(err, &refused) || refused.Command != "UIDL" || refused.Temporary() {
		return false
	}
	summary := known.Summary()
	hadUIDs := summary.UIDL != ledger.Absent && match.HasUIDs(known)
	return !hadUIDs || !summary.Failing.IsZero() && time.Since(summary.Failing) > badDays
}

// listHeaders lists the maildrop of a server that has no UIDs worth the name. What
// can't be told from other messages, as the server doesn't show it, is left out,
// and has failed.
func (j *Job) listHeaders(s *Session, d *Maildrop) error {
	d.listing, d.Failed = match.NewListing(d.known), nil
	items, err := s.Client.Survey(pop3.Survey{Sizes: true})
	if err != nil {
		return wrapListError(err)
	}
	s.listed = true
	targets := make([]Target, len(items))
	for i, item := range items {
		targets[i] = Target{Number: item.Number, Size: item.Size}
	}
	headers, err := s.readHeaders(targets, d.known)
	if err != nil {
		return err
	}
	if err := j.readUnshown(s, targets, headers, d); err != nil {
		return err
	}
	for i, t := range targets {
		if headers[i].Shown {
			d.listing.AddHeader(t.Number, t.Size, headers[i].Prints)
		}
	}
	return nil
}

// readUnshown retrieves the messages whose headers TOP doesn't show.
func (j *Job) readUnshown(s *Session, targets []Target, headers []match.Header, d *Maildrop) error {
	var places []int
	var unshown []Target
	for i, h := range headers {
		if !h.Shown {
			places, unshown = append(places, i), append(unshown, targets[i])
		}
	}
	if len(unshown) == 0 {
		return nil
	}
	j.reportNote("messages whose header isn't shown, and that have to be read to tell them apart: %d", len(unshown))
	digester := match.Digester{Fields: true}
	i := 0
	for m, err := range s.Client.Retrieve(NumbersOf(unshown)) {
		if err == nil {
			digester.Reset()
			_, err = io.Copy(&digester, &limited{m, 2*max(unshown[i].Size, 0) + maxTop})
		}
		switch {
		case err == nil:
			headers[places[i]] = match.Header{Shown: true, Prints: digester.Prints()}
		case errors.As(err, new(*pop3.Error)):
			d.Failed = append(d.Failed, Failure{Err: fmt.Errorf("tell message %d from others: %w", m.Number, err)})
		default:
			return fmt.Errorf("tell the messages apart: %w", err)
		}
		i++
	}
	return nil
}

// matchListing finds out which messages are known.
func (j *Job) matchListing(s *Session, d *Maildrop, mustProve func(ledger.Entry) bool) error {
	d.matcher = match.NewMatcher(d.listing, mustProve)
	d.matcher.Estimates = isDistrusted(d.known.Summary().DistrustLIST)
	if questions := d.matcher.Questions(); len(questions) > 0 {
		j.reportNote("UIDs alone don't tell which messages these are: %d", len(questions))
		if err := j.setSizes(s, d, questions); err != nil {
			return err
		}
	}
	return j.readWantedHeaders(s, d)
}

// readWantedHeaders has the server show the headers that the matcher wants to see.
func (j *Job) readWantedHeaders(s *Session, d *Maildrop) error {
	for targets := d.matcher.WantedHeaders(); len(targets) > 0; targets = d.matcher.WantedHeaders() {
		headers, err := s.readHeaders(targets, d.known)
		if err != nil {
			return err
		}
		d.matcher.SetHeaders(headers)
	}
	return nil
}

// setSizes has the server tell the sizes of messages of which the headers may
// not be enough, if it hasn't yet.
func (j *Job) setSizes(s *Session, d *Maildrop, targets []Target) error {
	if j.noSizes || d.listing.HasSizes() {
		return nil
	}
	err := s.askSizes(NumbersOf(targets), len(targets), d.Len(), d.listing.SetSize)
	if err != nil && s.Client.Dead() != nil {
		return &pop3.SizesError{Err: err}
	}
	if err == nil {
		d.matcher.SetSizes()
	}
	return err
}

// askSizes asks for the sizes of so many messages, and gives set those that the server tells,
// others among them. Of a few messages in a large maildrop it asks each, as a list of all
// costs the server much, if that takes no more round trips.
func (s *Session) askSizes(numbers iter.Seq[int], messages, onServer int, set func(number int, size int64)) error {
	each := messages <= 1 || messages <= onServer/8 && s.Client.IsPipelining()
	if !each {
		err := s.Client.AllSizes(set)
		if refused := (*pop3.Error)(nil); errors.As(err, &refused) {
			return nil // what is too large then turns out on its way
		}
		return wrapListError(err)
	}
	for item, err := range s.Client.Sizes(numbers) {
		if err != nil && !errors.As(err, new(*pop3.Error)) {
			return wrapListError(err)
		}
		if err == nil {
			set(item.Number, item.Size)
		}
	}
	return nil
}

// wrapListError says why there is no listing.
func wrapListError(err error) error {
	if err != nil {
		return fmt.Errorf("list the maildrop: %w", err)
	}
	return nil
}

// readHeaders has the server show headers, as far as it does and is believed.
func (s *Session) readHeaders(targets []Target, known *ledger.Ledger) ([]match.Header, error) {
	headers := make([]match.Header, len(targets))
	caps := s.Client.Announced()
	if caps != nil && !caps.Has(pop3.CapTop) || isDistrusted(known.Summary().DistrustTOP) {
		return headers, nil
	}
	digester := match.Digester{Fields: true}
	i := 0
	for m, err := range s.Client.Top(NumbersOf(targets), 0) {
		if err == nil {
			digester.Reset()
			_, err = io.Copy(&digester, &limited{m, maxTop})
			headers[i] = match.Header{Shown: true, Prints: digester.Prints()}
			headers[i].Content = ledger.ContentDigest{} // of a header it tells nothing
		}
		if err != nil && !errors.As(err, new(*pop3.Error)) {
			return nil, fmt.Errorf("read headers: %w", err)
		}
		i++
	}
	return headers, nil
}

// maxTop bounds what a server may send for a header, in bytes, and how much more
// than it told for a message that is only read to tell it from others. Mail of that
// size passes no server; what a sender can send mustn't end a session. It is a
// variable for the sake of tests.
var maxTop int64 = 256 << 20

// limited reads a message that is of no use if it goes on for ever.
type limited struct {
	r    io.Reader
	left int64
}

// Read implements io.Reader.
func (b *limited) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n, &pop3.ProtocolError{Command: "TOP or RETR", Problem: "far more than there can be, and no end in sight"}
	}
	return n, err
}

// maxShort is how many messages that may be cut are looked at once more in a session,
// beside those that are to be deleted.
const maxShort = 1000

// MakePlan lists the maildrop and makes the plan for it.
func (j *Job) MakePlan(ctx context.Context, s *Session) (*Plan, error) {
	now := time.Now()
	left := maxShort
	d, err := j.ListMaildrop(s, j.Ledger, FewSizes, func(entry ledger.Entry) bool {
		if entry.IsCutShort() {
			left--
		}
		return isDue(j.Rules.Delete, entry, now) || entry.IsCutShort() && left >= 0
	})
	if err != nil {
		return nil, err
	}
	if j.Rules.Start.Skip && j.Ledger.Len() == 0 {
		if err := j.learnStart(s, d); err != nil {
			return nil, err
		}
	}
	plan := NewPlan(d, j.Rules, now)
	if err := j.applyFilter(ctx, s, plan); err != nil {
		return nil, err
	}
	if j.Rules.MaxSize > 0 && !plan.isSized() {
		wanted := plan.wantedRefs()
		if err = s.askSizes(plan.numbersOf(wanted), len(wanted), plan.OnServer, d.listing.SetSize); err != nil {
			return nil, err
		}
	}
	plan.leaveExcess()
	if j.Progress != nil {
		j.Progress.Planned.Store(int64(len(plan.wantedRefs())))
	}
	return plan, nil
}

// learnStart finds out what the very first run has to know of the messages that it
// marks.
func (j *Job) learnStart(s *Session, d *Maildrop) (err error) {
	if j.Rules.Start.Last > 0 {
		if d.newestFirst, err = j.IsNewestFirst(s, d); err != nil {
			return err
		}
	}
	d.shown, err = j.markedHeaders(s, d, d.eachTarget())
	return err
}

package match

import (
	"popfetch/store/ledger"
)

// A Matcher finds out which messages of a listing are known ones. It asks nobody
// and writes nothing; whoever has it brings what it wants to see:
//
//	m := NewMatcher(listing, mustProve)
//	for targets := m.WantedHeaders(); len(targets) > 0; targets = m.WantedHeaders() {
//		m.SetHeaders(what TOP shows of the targets)
//	}
//	m.SettleKeys()
//
// Then VerdictAt tells of each message whether it is known. Where only its content
// tells, CompareContent is to be asked once it has been retrieved.
type Matcher struct {
	list  *Listing
	known *ledger.Ledger

	// Fields wants the Digester to make fingerprints of the five fields: the ledger
	// has messages of which nothing else is known.
	Fields bool

	// Estimates says that the sizes which the server tells are none: see IsShort.
	Estimates bool

	questions []*question       // in the order of the listing
	at        map[int]*question // by place

	missing []int32              // rows of messages that the last listing had, and this one hasn't
	away    []int32              // rows of fetched messages of which there are digests, and which aren't listed
	shared  map[string]bool      // UIDs of several messages that are known to be there
	copied  map[string]bool      // UIDs that several messages had, some of which may come again
	found   map[int32]*candidate // by row: those that were looked at
	groups  map[string]*group    // by UID

	dirty      bool // there is evidence that isn't weighed
	loose      bool // messages with new UIDs may be known ones
	moved      bool // all UIDs are new
	movedCount int  // messages that are known under other UIDs for that
	moving     bool // the ledger has to be told when it is clear which messages these are
	unfinished bool // only another run can tell that
	hasFresh   bool // a new message was staged
	all        bool // no UID is believed
	doubted    bool // a UID seems to be another's
	misnamed   bool // a UID turned out to be that of another known message
	topLies    bool // a header that TOP showed is not the one that RETR brought
	headerRows map[ledger.HeaderDigest][]int32
	fieldRows  map[ledger.Fingerprint][]int32 // of messages that aren't listed
	places     map[int32]int                  // of rows; nil until somebody asks
	headers    map[ledger.HeaderDigest]int    // how many questions have the header

	contents   []content   // see BeginComparing
	skipped    map[int]int // see skipRead
	recognised []*question // by CompareContent
	cut        []Short
	taken      map[ledger.Key]bool
	gone       map[int32]bool // rows of which the ledger is told that they are gone
	next       map[string]int // by UID, as how many its copies up to which none is free count
	records    []ledger.Record
}

// A question is about a listed message of which the UID doesn't tell enough.
type question struct {
	Target
	own     *group // known messages under its UID
	prove   bool   // it is to be deleted, if its bytes are in the mailbox
	probe   bool   // it shows whether UIDs are message numbers
	asked   bool   // its header was asked for
	shown   bool   // and shown
	read    bool   // its content is digested, too
	content contentEvidence
	came    int64 // how many bytes were retrieved, for the content
	prints  Prints
	known   *candidate // the known message that it is, as far as is known
	finding finding
	done    bool
	settled bool       // the ledger is told of it
	told    *candidate // what the ledger was told that it is
	spare   ledger.Key // for what was known under its key, if it is new

	hasFreeKey bool // its key was made for it
}

// A candidate is a known message that a listed one may be.
type candidate struct {
	row     int32
	key     ledger.Key
	entry   ledger.Entry
	claimed *question // which takes it for its own
}

// NewMatcher begins to match. mustProve tells of a known message whether it is to be
// deleted, and so must be proved to be the listed one; nil stands for none.
func NewMatcher(list *Listing, mustProve func(ledger.Entry) bool) *Matcher {
	m := &Matcher{
		list: list, known: list.known, at: map[int]*question{}, shared: map[string]bool{}, copied: map[string]bool{},
		found: map[int32]*candidate{}, groups: map[string]*group{}, headers: map[ledger.HeaderDigest]int{},
		taken: map[ledger.Key]bool{}, gone: map[int32]bool{}, next: map[string]int{},
	}
	kinds := m.surveyKnown()
	m.loose = m.isLoose(kinds)
	for place := range list.Len() {
		if entry := list.EntryAt(place); mustProve != nil && entry.IsKept() && mustProve(entry) {
			m.askAbout(place).prove = true
		} else if m.isOpen(place, entry) {
			m.askAbout(place)
		}
	}
	m.probeNumbers()
	m.sortQuestions()
	m.findGroups()
	m.dirty = true
	return m
}

// askAbout makes the message at a place a question.
func (m *Matcher) askAbout(place int) *question {
	if q := m.at[place]; q != nil {
		return q
	}
	q := &question{Target: m.list.TargetAt(place), content: contentUnread}
	if prints, told := m.list.headers[q.Number]; told {
		q.setHeader(Header{Shown: true, Prints: prints})
		q.read = prints.Content != (ledger.ContentDigest{})
		m.headers[q.prints.Header]++
	}
	m.at[place] = q
	m.questions = append(m.questions, q)
	return q
}

// isOpen reports whether the UID of a message doesn't tell enough: it was not
// listed all the time, or the server tells another size than then, or several
// messages have it; or it is new where UIDs change.
func (m *Matcher) isOpen(place int, entry ledger.Entry) bool {
	if m.all || m.list.IsPseudo() || m.loose && !entry.IsFetched() {
		return true
	}
	if entry.IsFetched() && (entry.IsGone() || sizeOf(m.list.sizeAt(place), entry) == sizeDiffers) {
		if m.list.numbered {
			m.openAll()
		}
		return true
	}
	if len(m.list.copies)+len(m.copied) == 0 && !m.list.hasOdd {
		return false
	}
	uid := m.list.TargetAt(place).UID
	return m.IsShared(uid) || uid == "" && entry.IsFetched() || !entry.IsFetched() && m.copied[uid]
}

// IsShared reports whether several messages have the UID, or had it.
func (m *Matcher) IsShared(uid string) bool { return m.list.copies[uid] > 1 || m.shared[uid] }

// openAll believes no UID any more.
func (m *Matcher) openAll() {
	if m.all {
		return
	}
	m.all, m.loose = true, true
	for place := range m.list.Len() {
		m.askAbout(place)
	}
	m.sortQuestions()
}

// probeNumbers makes a question of the last message that is known by its UID,
// where each UID is the number of its message: if that is what the server makes
// its UIDs of, then it is another message as soon as one before it is deleted.
func (m *Matcher) probeNumbers() {
	if !m.list.numbered || m.all {
		return
	}
	for place := m.list.Len() - 1; place >= 0; place-- {
		if entry := m.list.EntryAt(place); entry.IsFetched() && !entry.IsGone() && entry.Digests != (ledger.Digests{}) {
			m.askAbout(place).probe = true
			return
		}
	}
}

// Header is what a server shows of a message by TOP.
type Header struct {
	Shown bool
	Prints
}

func (q *question) setHeader(h Header) { q.asked, q.shown, q.prints = true, h.Shown, h.Prints }

// WantedHeaders returns the messages whose headers are wanted.
func (m *Matcher) WantedHeaders() (targets []Target) {
	if m.dirty {
		m.resolveQuestions()
	}
	for _, q := range m.questions {
		if q.wantsHeader() {
			targets = append(targets, q.Target)
		}
	}
	return targets
}

func (q *question) wantsHeader() bool {
	return !q.asked && !q.done
}

// SetHeaders takes in the headers of WantedHeaders, in its order.
func (m *Matcher) SetHeaders(headers []Header) {
	i := 0
	for _, q := range m.questions {
		if !q.wantsHeader() {
			continue
		}
		if q.setHeader(headers[i]); q.shown {
			m.headers[q.prints.Header]++
		}
		i++
	}
	m.dirty = true
}

// Questions returns the messages of which the UID doesn't tell enough.
func (m *Matcher) Questions() []Target {
	targets := make([]Target, len(m.questions))
	for i, q := range m.questions {
		targets[i] = q.Target
	}
	return targets
}

// SetSizes takes in sizes that the listing was told later than its UIDs.
func (m *Matcher) SetSizes() {
	for _, q := range m.questions {
		q.Size = m.list.Size(q.Number)
	}
}

// RequireProof makes questions of messages that are to be deleted, after SettleKeys.
func (m *Matcher) RequireProof(targets []Target) {
	for _, t := range targets {
		q := m.askAbout(t.place)
		q.prove = true
		q.done = q.done && q.finding.deletable != askHeader
	}
	m.sortQuestions()
	m.findGroups()
	m.dirty = true
}

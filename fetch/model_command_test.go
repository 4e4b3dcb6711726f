//go:build unix

package fetch

// What a person does between the runs of TestModel: list, mark and delete.

// inSession is a session of a command.
func (m *model) inSession(do func(*Job, *Session, *account, *Maildrop)) {
	m.onDisk(m.recorder(0))
	a, err := openAccount(m.rig.root, m.rig.mbox)
	m.must(err)
	defer a.close()
	j := m.rig.job()
	j.Client.Pipelining = m.pipelining
	s, err := j.Connect(m.test.Context())
	m.must(err)
	defer s.Close()
	d, err := j.ListMaildrop(s, a.ledger, AllSizes, nil)
	m.must(err)
	do(j, s, a, d)
}

// nameAt is the name of the message of a number.
func (m *model) nameAt(t Target) string { return nameOf(m.rig.drop.Messages()[t.Number-1]) }

// list calls no message fetched that isn't, but for those that nobody can notice.
func (m *model) list() {
	if len(m.away) > 0 {
		m.SkipNow()
	}
	m.note("list")
	if m.rig.mbox {
		m.SkipNow() // it may end with a part of a message
	}
	texts, err := readBox(m.rig.root, false)
	m.must(err)
	there := m.countTexts(texts)
	m.inSession(func(_ *Job, s *Session, _ *account, d *Maildrop) {
		for t, v := range d.All() {
			if name := m.nameAt(t); v.IsProved && there[name] == 0 {
				m.fail("%s (uid %s) is called proved, and not in the mailbox", name, t.UID)
			}
		}
		s.Client.QuitWithoutReply()
	})
}

// markSome marks a message.
func (m *model) markSome() {
	message, place := m.someone()
	m.settle()
	m.note("%s is marked", nameOf(message))
	m.inSession(func(j *Job, s *Session, a *account, d *Maildrop) {
		records, err := j.MarkFetched(s, d, d.Targets()[place:place+1])
		m.must(err)
		s.Client.QuitWithoutReply()
		if len(records) > 0 {
			m.marked[nameOf(message)], m.marks[message.UID] = true, true
			m.markedSizes[len(message.Body)] = true
		}
		m.must(a.ledger.Append(append(d.DrainRecords(), records...)...))
	})
}

// deleteSome deletes what is proved, as the delete command does.
func (m *model) deleteSome() {
	if len(m.away) > 0 || m.rig.drop.Len() == 0 {
		m.SkipNow()
	}
	one := m.one(2, "one")
	chosen := pick(m, "which", places(m.rig.drop.Len())...)
	before := m.rig.drop.Messages()
	m.note("delete, %v %d", one, chosen)
	m.inSession(func(j *Job, s *Session, a *account, d *Maildrop) {
		targets := d.Targets()
		if one {
			targets = targets[chosen:min(chosen+1, len(targets))]
		}
		proved, err := j.FindProved(s, d, targets)
		m.must(err)
		m.must(a.ledger.Append(d.DrainRecords()...))
		var wanted []Target
		for _, p := range proved {
			wanted = append(wanted, p.Target)
		}
		deleted, err := s.Delete(wanted, func(string, ...any) {})
		m.must(err)
		m.must(RecordDeleted(a.ledger, deleted))
	})
	lastSession(m.test, m.rig.server)
	m.deleted(before)
	m.unseen = true
	m.note("  %s", m.server())
	m.check()
}

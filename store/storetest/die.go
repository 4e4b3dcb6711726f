package storetest

import (
	"errors"
	"testing"

	"popfetch/store"
)

// A run that dies is one whose mailbox is closed, as the kernel closes it, and
// whose batches are not spoken of any more.

func testDiedBeforePublish(t *testing.T, s *suite) {
	for _, n := range []int{1, 3, 20} {
		messages := mail(n)
		box := s.open(id)
		_, staged := s.stage(box, messages...)
		s.must(box.Close())
		s.repair(staged)
		s.wants(messages...)
		s.repair(staged) // whose outcome the ledger never got
		s.wants(messages...)
		s.must(s.DeleteAll())
	}
}

func testDiedAfterPublish(t *testing.T, s *suite) {
	messages := mail(20)
	box := s.open(id)
	b, staged := s.stage(box, messages...)
	s.must(b.Publish())
	s.must(box.Close())
	s.repair(staged)
	s.wants(messages...)
}

// testDiedWhileRecording has a ledger that lost the end of its last write.
func testDiedWhileRecording(t *testing.T, s *suite) {
	messages := mail(20)
	box := s.open(id)
	_, staged := s.stage(box, messages...)
	s.must(box.Close())
	s.repair(staged[:7])
	s.wants(messages[:7]...)
}

// testReadMeanwhile has a mail program that works on the mailbox before the
// run that repairs it.
func testReadMeanwhile(t *testing.T, s *suite) {
	messages := mail(20)
	box := s.open(id)
	b, _ := s.stage(box, messages[:5]...)
	s.must(b.Publish())
	b, published := s.stage(box, messages[5:10]...)
	s.must(b.Publish())
	_, staged := s.stage(box, messages[10:]...)
	s.must(box.Close())
	s.must(s.MarkRead())
	s.repair(append(published, staged...))
	if read, err := s.Read(); err != nil || len(read) != len(messages) {
		t.Errorf("the mailbox has %d messages, not %d (%v)", len(read), len(messages), err)
	}
}

func testDeletedMeanwhile(t *testing.T, s *suite) {
	messages := mail(20)
	box := s.open(id)
	b, published := s.stage(box, messages[:10]...)
	s.must(b.Publish())
	_, staged := s.stage(box, messages[10:]...)
	s.must(box.Close())
	s.must(s.DeleteAll())
	s.repair(append(published, staged...))
	s.wants(messages[10:]...)
}

// testNeverRecorded has runs that died before the ledger knew of their batch.
func testNeverRecorded(t *testing.T, s *suite) {
	for _, n := range []int{1, 20} {
		box := s.open(id)
		s.fill(box, mail(n)...)
		s.must(box.Close())
		box = s.open(id)
		s.stage(box, mail(n)...)
		s.must(box.Close())
	}
	s.repair(nil)
	s.wants()
}

// testTwoLedgers has two accounts that deliver to one mailbox.
func testTwoLedgers(t *testing.T, s *suite) {
	messages := mail(20)
	first, second := s.open(id), s.open("fedcba9876543210")
	b := s.fill(first, messages[:10]...)
	if _, err := second.Repair(nil); err != nil {
		t.Fatal(err)
	}
	c, _ := s.stage(second, messages[10:15]...)
	s.must(c.Publish())
	_, err := b.Stage()
	s.must(err)
	s.must(b.Publish())
	c, _ = s.stage(second, messages[15:]...)
	s.must(c.Publish())
	s.wants(messages...)
}

// testOtherKind has an account whose kind of mailbox was changed after a crash.
func testOtherKind(t *testing.T, s *suite) {
	_, err := s.open(id).Repair([]store.Staged{{Place: "pigeonhole 7"}})
	if !errors.As(err, new(*store.Error)) || !errors.As(err, new(*store.PlaceError)) {
		t.Errorf("Repair returned %v for a place of another kind of mailbox", err)
	}
}

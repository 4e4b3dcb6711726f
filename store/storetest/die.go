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
		messages := makeMail(n)
		box := s.openBox(id)
		_, staged := s.stageBatch(box, messages...)
		s.mustSucceed(box.Close())
		s.repairAll(staged)
		s.expectMessages(messages...)
		s.repairAll(staged) // whose outcome the ledger never got
		s.expectMessages(messages...)
		s.mustSucceed(s.DeleteAll())
	}
}

func testDiedAfterPublish(t *testing.T, s *suite) {
	messages := makeMail(20)
	box := s.openBox(id)
	b, staged := s.stageBatch(box, messages...)
	s.mustSucceed(b.Publish())
	s.mustSucceed(box.Close())
	s.repairAll(staged)
	s.expectMessages(messages...)
}

// testDiedWhileRecording has a ledger that lost the end of its last write.
func testDiedWhileRecording(t *testing.T, s *suite) {
	messages := makeMail(20)
	box := s.openBox(id)
	_, staged := s.stageBatch(box, messages...)
	s.mustSucceed(box.Close())
	s.repairAll(staged[:7])
	s.expectMessages(messages[:7]...)
}

// testReadMeanwhile has a mail program that works on the mailbox before the
// run that repairs it.
func testReadMeanwhile(t *testing.T, s *suite) {
	messages := makeMail(20)
	box := s.openBox(id)
	b, _ := s.stageBatch(box, messages[:5]...)
	s.mustSucceed(b.Publish())
	b, published := s.stageBatch(box, messages[5:10]...)
	s.mustSucceed(b.Publish())
	_, staged := s.stageBatch(box, messages[10:]...)
	s.mustSucceed(box.Close())
	s.mustSucceed(s.MarkRead())
	s.repairAll(append(published, staged...))
	if read, err := s.Read(); err != nil || len(read) != len(messages) {
		t.Errorf("the mailbox has %d messages, not %d (%v)", len(read), len(messages), err)
	}
}

func testDeletedMeanwhile(t *testing.T, s *suite) {
	messages := makeMail(20)
	box := s.openBox(id)
	b, published := s.stageBatch(box, messages[:10]...)
	s.mustSucceed(b.Publish())
	_, staged := s.stageBatch(box, messages[10:]...)
	s.mustSucceed(box.Close())
	s.mustSucceed(s.DeleteAll())
	s.repairAll(append(published, staged...))
	s.expectMessages(messages[10:]...)
}

// testNeverRecorded has runs that died before the ledger knew of their batch.
func testNeverRecorded(t *testing.T, s *suite) {
	for _, n := range []int{1, 20} {
		box := s.openBox(id)
		s.fillBatch(box, makeMail(n)...)
		s.mustSucceed(box.Close())
		box = s.openBox(id)
		s.stageBatch(box, makeMail(n)...)
		s.mustSucceed(box.Close())
	}
	s.repairAll(nil)
	s.expectMessages()
}

// testTwoLedgers has two accounts that deliver to one mailbox.
func testTwoLedgers(t *testing.T, s *suite) {
	messages := makeMail(20)
	first, second := s.openBox(id), s.openBox("fedcba9876543210")
	b := s.fillBatch(first, messages[:10]...)
	if _, err := second.Repair(nil); err != nil {
		t.Fatal(err)
	}
	c, _ := s.stageBatch(second, messages[10:15]...)
	s.mustSucceed(c.Publish())
	_, err := b.Stage()
	s.mustSucceed(err)
	s.mustSucceed(b.Publish())
	c, _ = s.stageBatch(second, messages[15:]...)
	s.mustSucceed(c.Publish())
	s.expectMessages(messages...)
}

// testOtherKind has an account whose kind of mailbox was changed after a crash.
func testOtherKind(t *testing.T, s *suite) {
	_, err := s.openBox(id).Repair([]store.Staged{{Place: "pigeonhole 7"}})
	if !errors.As(err, new(*store.Error)) || !errors.As(err, new(*store.PlaceError)) {
		t.Errorf("Repair returned %v for a place of another kind of mailbox", err)
	}
}

package setup

import "iter"

// A candidateQueue hands out candidates one by one. What the next one is it
// finds out only when it is asked, as that takes time and asks others.
type candidateQueue struct {
	pull  func() (candidate, error, bool)
	stop  func()
	ahead []pulled // the next one, if somebody has looked
	asks  bool     // the person names them
}

// A pulled is what the sources gave: a candidate, an error, or the end.
type pulled struct {
	candidate candidate
	err       error
	ok        bool
}

func newCandidateQueue(candidates iter.Seq2[candidate, error], asks bool) *candidateQueue {
	pull, stop := iter.Pull2(candidates)
	return &candidateQueue{pull: pull, stop: stop, asks: asks}
}

func (q *candidateQueue) next() pulled {
	if len(q.ahead) > 0 {
		next := q.ahead[0]
		q.ahead = nil
		return next
	}
	var next pulled
	next.candidate, next.err, next.ok = q.pull()
	return next
}

// hasNext reports whether there is another candidate that isn't passed over,
// before a person has to name one.
func (s *search) hasNext(a Answers) bool {
	for !s.queue.asks {
		next := s.queue.next()
		if next.ok && next.err == nil && s.passesOver(next.candidate, a) {
			continue
		}
		s.queue.ahead = []pulled{next}
		return next.ok && next.err == nil
	}
	return false
}

package match

import "testing"

// TestConcludeForgetsNothing has two UIDs swapped, of which a person deletes both, and
// the server doesn't send the second. What is known of that one is known afterwards.
func TestConcludeForgetsNothing(t *testing.T) {
	known := knowing(t, "kept a x", "kept b y")
	w := newWorld(known, "a=y b=x", false)
	w.match(nil)
	w.prove()
	w.matcher.BeginComparing()
	if !w.matcher.CompareContent(w.list.TargetAt(0), printsOf(textOf("y"))) {
		t.Fatal("the first is new")
	}
	w.conclude()
	if err := known.Append(w.records...); err != nil {
		t.Fatal(err)
	}
	next := matchCase{listed: "b=x"}.run(known)
	if next.fresh > 0 {
		t.Errorf("first: %q\nnext: %q", w.said, next.said)
	}
}

package watch

// HeldSlots is how many of so many slots the accounts at work hold, less those that are lent:
// no more are lent than there are.
func HeldSlots(atWork, lent, slots int) int { return atWork - min(lent, slots) }

// AreAllLent reports whether as many accounts are at work as ever can be.
func AreAllLent(atWork, slots int) bool { return atWork >= 2*slots }

// lentBy is how many of the accounts lend their slots.
func lentBy(accounts []Account) (n int) {
	for _, a := range accounts {
		if a.Lends() {
			n++
		}
	}
	return n
}

func namesOf(accounts []Account) []string {
	names := make([]string, len(accounts))
	for i, a := range accounts {
		names[i] = a.Name
	}
	return names
}

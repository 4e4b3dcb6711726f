package maildir

import (
	"strings"
	"time"

	"popfetch/store"
)

// tempLifetime is how long mail programs leave files in tmp alone, by the
// Maildir specification: 36 hours.
const tempLifetime = 36 * time.Hour

// Repair implements store.Mailbox. A staged file that is in tmp is published.
// One that isn't was published before, with two exceptions: a Maildir that had
// to be made anew holds nothing of what it held, and a name so old that a mail
// program may have cleared it from tmp must be found elsewhere.
func (m *Maildir) Repair(staged []store.Staged) ([]bool, error) {
	kept := make([]bool, len(staged))
	mine := map[string]bool{} // in tmp: whether it was staged
	temps, err := m.dir.Names("tmp")
	if err != nil {
		return nil, m.fault("look into", err)
	}
	for _, name := range temps {
		if isOf(name, m.id) {
			mine[name] = false
		}
	}
	for i, s := range staged {
		temp := tempName(s.Place)
		if _, there := mine[temp]; there {
			mine[temp] = true
			if err := m.publish(s.Place); err != nil {
				return nil, m.fault("deliver to", err)
			}
			kept[i] = true
		} else if kept[i], err = m.wasPublished(s); err != nil {
			return nil, m.fault("look into", err)
		}
	}
	return kept, m.settle(mine)
}

func (m *Maildir) wasPublished(s store.Staged) (bool, error) {
	if m.made {
		return false, nil
	}
	if time.Since(s.Time) < tempLifetime {
		return true, nil
	}
	for _, folder := range []string{"new", "cur"} {
		names, err := m.dir.Names(folder)
		if err != nil {
			return false, err
		}
		for _, name := range names {
			if strings.HasPrefix(name, tempName(s.Place)) {
				return true, nil
			}
		}
	}
	return false, nil
}

// settle makes durable what was published, and removes what was never staged.
func (m *Maildir) settle(mine map[string]bool) error {
	published := false
	for name, staged := range mine {
		if staged {
			published = true
		} else if err := m.dir.Remove("tmp/" + name); err != nil {
			return m.fault("clean up in", err)
		}
	}
	if !published {
		return nil
	}
	if err := m.dir.Sync("new"); err != nil {
		return m.fault("sync", err)
	}
	return nil
}

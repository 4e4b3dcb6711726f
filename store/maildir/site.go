package maildir

import (
	"errors"
	"io/fs"
	"strings"

	"popfetch/store"
	"popfetch/store/durable"
)

// A site is one Maildir, and what of this ledger's files its tmp holds.
type site struct {
	*Maildir
	mine   map[string]bool // by name: whether it was published now
	staged bool            // there was something staged in it
}

// siteAt looks into the Maildir at path. It is nil if there is none.
func (r *repair) siteAt(path string) (*site, error) {
	if s, known := r.sites[path]; known {
		return s, nil
	}
	if r.here != nil && realPath(path) == r.here.path {
		r.sites[path] = r.here
		return r.here, nil
	}
	dir, err := durable.OpenDir(path)
	if store.IsGone(err) {
		r.sites[path] = nil
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s, err := r.addSite(&Maildir{dir: dir, id: r.id, path: path})
	r.sites[path] = s
	return s, err
}

// addSite begins the repair of a Maildir.
func (r *repair) addSite(m *Maildir) (*site, error) {
	s := &site{Maildir: m, mine: map[string]bool{}}
	r.all = append(r.all, s)
	return s, s.findOwnFiles()
}

// findOwnFiles finds this ledger's files in tmp.
func (s *site) findOwnFiles() error {
	names, err := s.dir.Names("tmp")
	if errors.Is(err, fs.ErrNotExist) {
		s.missing = true
		return nil
	}
	for _, name := range names {
		if isOf(name, s.id) {
			s.mine[name] = false
		}
	}
	return err
}

// hasFile reports whether a file is in new or cur.
func (m *Maildir) hasFile(name string) (bool, error) {
	for _, folder := range []string{"new", "cur"} {
		names, err := m.dir.Names(folder)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, err
		}
		for _, n := range names {
			if strings.HasPrefix(n, tempName(name)) {
				return true, nil
			}
		}
	}
	return false, nil
}

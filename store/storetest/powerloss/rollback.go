package powerloss

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// A World says what survives of the changes that were not yet synced: none of
// them in PowerLoss, and in any other world, whose number is the seed, each by
// chance. (That all of them survive, which is what happens when only the
// program dies, needs no RollBack.)
type World uint64

// PowerLoss is the world in which everything that was not synced is lost.
const PowerLoss World = 0

// RollBack brings the files into the state in which they would be if the child
// that wrote the log, and is dead by now, had died with its system. What is
// there then is durable, so the log is removed.
func RollBack(logPath string, w World) error {
	m, err := readLog(logPath)
	if err != nil {
		return err
	}
	c := chance{rand.New(rand.NewPCG(uint64(w), 0)), w == PowerLoss}
	entries := m.entriesAfter(m.chooseSurvivors(c.tossCoin))
	hold := filepath.Join(logPath+keptSuffix, "hold")
	if err := os.MkdirAll(hold, 0o700); err != nil {
		return err
	}
	if err := clearAway(m.now, entries, hold); err != nil {
		return err
	}
	if err := putBack(entries, c); err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(logPath+keptSuffix), os.Remove(logPath))
}

func readLog(path string) (*model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m := newModel()
	for in := bufio.NewReader(f); ; {
		line, err := in.ReadBytes('\n')
		if err == io.EOF { // what the child was writing when it was killed
			return m, nil
		}
		if err != nil {
			return nil, err
		}
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, err
		}
		m.applyEntry(e)
	}
}

// clearAway takes the files and folders away from where they didn't survive.
func clearAway(now, entries map[string]*node, hold string) error {
	var folders []string
	for i, path := range sortedPaths(now) {
		n := now[path]
		if n == nil || entries[path] == n {
			continue
		}
		if n.folder {
			folders = append(folders, path)
			continue
		}
		n.at = filepath.Join(hold, strconv.Itoa(i))
		if err := os.Rename(path, n.at); err != nil {
			return err
		}
	}
	for _, path := range folders {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	return nil
}

// putBack puts what survived to where it belongs, with the content that
// survived. In a folder that didn't survive nothing did.
func putBack(entries map[string]*node, c chance) error {
	for _, path := range sortedPaths(entries) {
		n := entries[path]
		if n == nil || n.folder {
			continue
		}
		if _, err := os.Lstat(filepath.Dir(path)); os.IsNotExist(err) {
			continue
		}
		if err := n.restoreContent(c); err != nil {
			return err
		}
		if n.at == path {
			continue
		}
		if err := os.Link(n.at, path); err != nil && !os.IsExist(err) {
			return err
		}
	}
	return nil
}

// sortedPaths orders the paths, so that the same world always is the same.
func sortedPaths(entries map[string]*node) []string {
	var paths []string
	for path := range entries {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

// restoreContent gives the file the content that survived.
func (n *node) restoreContent(c chance) error {
	if n.size == n.synced && len(n.cuts) == 0 || n.restored {
		return nil
	}
	n.restored = true // a file may have two names
	f, err := os.OpenFile(n.at, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	least := n.synced
	for _, cut := range slices.Backward(n.cuts) {
		if c.tossCoin() { // this cut and those before it survived
			least = min(least, cut.size)
			break
		}
		if err := n.undoCut(f, cut); err != nil {
			return err
		}
	}
	size := least + c.upTo(n.size-least)
	if err := f.Truncate(size); err != nil {
		return err
	}
	if !c.tossCoin() {
		return nil
	}
	return f.Truncate(size + c.upTo(n.size-size)) // with zeros
}

func (n *node) undoCut(f *os.File, c cut) error {
	tail, err := os.ReadFile(c.tail)
	if err != nil {
		return err
	}
	if err := f.Truncate(c.size); err != nil {
		return err
	}
	_, err = f.WriteAt(tail, c.size)
	n.size = c.size + int64(len(tail))
	return err
}

// chance decides what survives by itself.
type chance struct {
	random *rand.Rand
	none   bool // does
}

func (c chance) tossCoin() bool { return !c.none && c.random.IntN(2) == 0 }

// upTo returns a number from 0 to n.
func (c chance) upTo(n int64) int64 {
	if c.none || n <= 0 {
		return 0
	}
	return c.random.Int64N(n + 1)
}

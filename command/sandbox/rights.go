package sandbox

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Rights are what a process keeps in the sandbox. Paths lead through symbolic
// links, and stand for all that lies below them.
type Rights struct {
	Read     []string // may be read
	Write    []string // may be read and changed
	Devices  []string // may be read, written and configured
	Ports    []int    // TCP ports that may be connected to
	Abstract bool     // abstract sockets of other programs may be connected to (unix(7))
}

// Add adds the rights of another.
func (r *Rights) Add(more Rights) {
	r.Read = append(r.Read, more.Read...)
	r.Write = append(r.Write, more.Write...)
	r.Devices = append(r.Devices, more.Devices...)
	r.Ports = append(r.Ports, more.Ports...)
	r.Abstract = r.Abstract || more.Abstract
}

// Missing returns the first right that wanted has and r lacks, or nothing.
func (r Rights) Missing(wanted Rights) (what string, missing bool) {
	for _, path := range wanted.Write {
		if !isBelow(path, r.Write) {
			return "to write below " + path, true
		}
	}
	for _, path := range wanted.Read {
		if !isBelow(path, slices.Concat(r.Read, r.Write)) {
			return "to read " + path, true
		}
	}
	for _, port := range wanted.Ports {
		if !slices.Contains(r.Ports, port) {
			return "to connect to port " + strconv.Itoa(port), true
		}
	}
	if wanted.Abstract && !r.Abstract {
		return "to connect to abstract sockets", true
	}
	return "", false
}

// isBelow reports whether the path is one of the others or lies below one.
func isBelow(path string, others []string) bool {
	path = realPath(path)
	return slices.ContainsFunc(others, func(other string) bool { return FolderHas(realPath(other), path) })
}

// FolderHas reports whether a path is the folder itself or lies below it, by their
// names alone.
func FolderHas(folder, path string) bool {
	inner, err := filepath.Rel(folder, path)
	return err == nil && inner != ".." && !strings.HasPrefix(inner, ".."+string(filepath.Separator))
}

// realPath is the path from the root on without symbolic links, as far as it exists.
func realPath(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		return resolved
	}
	return filepath.Clean(path)
}

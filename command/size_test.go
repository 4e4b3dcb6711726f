package command_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"
)

// The sizes that a file and a function have at most, and that nine in ten
// remain below, in lines. Tests may be longer.
const (
	maxFile, usualFile         = 500, 300
	maxFunction, usualFunction = 80, 40
)

// TestSizes finds the files and functions that one begins to fear opening.
func TestSizes(t *testing.T) {
	var files, functions sizes
	for _, p := range listPackages(t) {
		for _, path := range p.sources() {
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			lines := func(from, to token.Pos) int { return set.Position(to).Line - set.Position(from).Line + 1 }
			if n := lines(file.FileStart, file.FileEnd); files.add(n, usualFile) > maxFile {
				t.Errorf("%s has %d lines, more than %d", path, n, maxFile)
			}
			for _, d := range file.Decls {
				f, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				if n := lines(f.Pos(), f.End()); functions.add(n, usualFunction) > maxFunction {
					t.Errorf("%s: %s has %d lines, more than %d", set.Position(f.Pos()), f.Name.Name, n, maxFunction)
				}
			}
		}
	}
	files.check(t, "files", usualFile)
	functions.check(t, "functions", usualFunction)
}

// sizes counts how many there are, and how many of them are longer than usual.
type sizes struct{ all, long int }

func (s *sizes) add(lines, usual int) int {
	s.all++
	if lines > usual {
		s.long++
	}
	return lines
}

func (s *sizes) check(t *testing.T, what string, usual int) {
	t.Helper()
	t.Logf("%d of %d %s have more than %d lines", s.long, s.all, what, usual)
	if 10*s.long > s.all {
		t.Errorf("%d of %d %s have more than %d lines", s.long, s.all, what, usual)
	}
}

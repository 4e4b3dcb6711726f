package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"popfetch/testdata/bench/corpus"
	"popfetch/testdata/bench/program"
	"popfetch/testdata/bench/server"
)

// reportSyncs counts what each program syncs to disk for 100 messages.
func (b *bench) reportSyncs(ctx context.Context) error {
	cells := make(map[string][]string)
	for _, mbox := range []bool{false, true} {
		if err := b.countSyncs(ctx, mbox, cells); err != nil {
			return err
		}
	}
	fmt.Fprintf(b.out, "## What each program syncs to disk\n\n"+
		"`%s`: system calls of a first fetch of 100 small messages to a Maildir, of a poll with nothing new after it, "+
		"and of a first fetch to an mbox, as strace saw them (fsync, fdatasync, syncfs, sync_file_range). What isn't "+
		"synced, message or folder, may be lost with the power, though the program has it down as fetched. "+
		"One syncfs covers all that was written to the file system until then.\n\n"+
		"| program | Maildir | nothing new | mbox |\n| --- | --- | --- | --- |\n", syncCase)
	for _, p := range b.programs {
		fmt.Fprintf(b.out, "| %s | %s |\n", p.Name(), strings.Join(cells[p.Name()], " | "))
	}
	fmt.Fprintln(b.out)
	return nil
}

// countSyncs adds cells for each program: of a first fetch, and for a Maildir of a second one.
func (b *bench) countSyncs(ctx context.Context, mbox bool, cells map[string][]string) (err error) {
	j := &job{bench: b, Case: Case{Name: syncCase, Messages: 100, Size: corpus.Small, Mbox: mbox}.withDefaults()}
	if j.server, err = server.Start(); err != nil {
		return err
	}
	defer j.server.Close()
	if err := j.fill(ctx); err != nil {
		return err
	}
	for _, p := range b.programs {
		progress("%s: %s, mbox %v", syncCase, p.Name(), mbox)
		r := &runner{name: p.Name(), program: p}
		if _, err := j.configure(r); err != nil {
			return err
		}
		cells[p.Name()] = append(cells[p.Name()], j.traced(ctx, r))
		if !mbox {
			cells[p.Name()] = append(cells[p.Name()], j.traced(ctx, r))
		}
		if err := remove(j.task(r).Dir); err != nil || ctx.Err() != nil {
			return errors.Join(err, context.Cause(ctx))
		}
	}
	return nil
}

// traced runs a program on what it has and says what it synced.
func (j *job) traced(ctx context.Context, r *runner) string {
	t := j.task(r)
	file := t.Dir + ".trace"
	defer os.Remove(file)
	traced := &runner{name: r.name, program: traced{r.program, file}}
	_, err := j.try(ctx, traced, j.first)
	text, readErr := os.ReadFile(file)
	if err := errors.Join(err, readErr); err != nil {
		return "failed: " + cell(err.Error())
	}
	return summary(t, string(text))
}

// traced runs a program under strace.
type traced struct {
	program.Program
	file string
}

// Args put strace in front.
func (t traced) Args(task *program.Task) []string {
	return append([]string{
		"strace", "-f", "-qq", "-y", "-o", t.file, "-e", "trace=fsync,fdatasync,syncfs,sync_file_range", "-e", "signal=none",
	}, t.Program.Args(task)...)
}

// summary counts the calls by what they were for.
func summary(t *program.Task, trace string) string {
	counts := make(map[string]int)
	for line := range strings.Lines(trace) {
		if what := syncedBy(t, line); what != "" {
			counts[what]++
		}
	}
	if len(counts) == 0 {
		return "nothing"
	}
	var parts []string
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%s %d", what, counts[what]))
	}
	return strings.Join(parts, ", ")
}

// syncedBy says what a line of the trace syncs; empty for one that is no call.
func syncedBy(t *program.Task, line string) string {
	_, call, _ := strings.Cut(line, " ")
	name, rest, ok := strings.Cut(strings.TrimSpace(call), "(")
	if !ok || strings.HasPrefix(name, "<") {
		return ""
	}
	_, path, _ := strings.Cut(rest, "<")
	path, _, _ = strings.Cut(path, ">")
	below, isMail := strings.CutPrefix(path, t.Mailbox("")+"/")
	switch {
	case name == "syncfs":
		return "file system"
	case strings.HasPrefix(path, t.Dir+"/tmp/"), strings.HasSuffix(path, "(deleted)"):
		return "temporary files"
	case filepath.Base(path) == "pid":
		return "pid file"
	case !isMail && path != t.Mailbox(""):
		return "state"
	case !t.Mbox && strings.Count(below, "/") >= 2, t.Mbox && isMail:
		return "mail"
	default:
		return "folders"
	}
}

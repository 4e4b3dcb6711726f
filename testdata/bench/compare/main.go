// Compare measures popfetch and its peers side by side and prints a Markdown report; see the
// README beside it. It is meant to be run by the script "run", which makes the file system that
// the mail is written to.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"popfetch/testdata/bench/measure"
	"popfetch/testdata/bench/program"
)

var (
	mail   = flag.String("mail", "", "`folder` that mail and state are written under")
	bin    = flag.String("bin", "", "`folder` with the programs popfetch and limit")
	output = flag.String("o", "", "`file` that gets the report too")
	commit = flag.String("commit", "", "`version` of popfetch's source")
	disk   = flag.String("disk", "", "`words` about the file system, for the report")
	scale  = flag.Float64("scale", 1, "multiplies counts and sizes")
	rounds = flag.Int("rounds", 5, "`N` rounds")
	budget = flag.Duration("budget", 2*time.Minute, "run no program again that took this `time` in a case")
	only   = flag.String("only", "", "run only these `programs`, as in popfetch,mpop")
	jobs   = flag.Int("jobs", 0, "`N` accounts at a time for popfetch and the limit, instead of the case's own number")
	room   = flag.Bool("room", false, "print how many MB the cases need, and do nothing")
	names  = flag.Bool("list", false, "print the cases, and do nothing")
)

func main() {
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	chosen, syncs, err := choose(flag.Args())
	if err != nil {
		return err
	}
	switch {
	case *names:
		list(chosen)
		return nil
	case *room:
		printRoom(chosen)
		return nil
	}
	b, err := newBench()
	if err != nil {
		return err
	}
	if *output != "" {
		file, err := os.Create(*output)
		if err != nil {
			return err
		}
		defer file.Close()
		b.out = io.MultiWriter(b.out, file)
	}
	return b.report(ctx, chosen, syncs)
}

// report runs the cases and prints each when it is done. What goes wrong with one, short of ctx, is
// in the report, and doesn't keep it from the next.
func (b *bench) report(ctx context.Context, chosen []Case, syncs bool) error {
	b.printHeader()
	var failed error
	note := func(name string, err error) {
		if err != nil {
			fmt.Fprintf(b.out, "Not measured: `%s`: %s\n\n", name, cell(anonymous(err).Error()))
			failed = errors.Join(failed, fmt.Errorf("%s: %w", name, err))
		}
	}
	for _, k := range chosen {
		done, err := b.run(ctx, k.withDefaults())
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if note(k.Name, err); err == nil {
			done.print(b.out)
		}
	}
	if syncs {
		note(syncCase, b.reportSyncs(ctx))
	}
	return failed
}

// A bench is what all cases have in common.
type bench struct {
	user     measure.User
	programs []program.Program
	out      io.Writer
}

func newBench() (*bench, error) {
	if *mail == "" || *bin == "" || *scale <= 0 || *rounds < 1 {
		return nil, errors.New("-mail and -bin are needed, -scale and -rounds are above 0")
	}
	user, err := measure.Unprivileged()
	if err != nil {
		return nil, err
	}
	b := &bench{user: user, out: os.Stdout}
	for _, p := range program.All(*bin) {
		if *only == "" || strings.Contains(","+*only+",", ","+folder(p.Name())+",") {
			b.programs = append(b.programs, p)
		}
	}
	return b, nil
}

// folder is a program's name as one word.
func folder(name string) string {
	word, _, _ := strings.Cut(name, " ")
	return word
}

// progress tells the person who waits what is going on.
func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

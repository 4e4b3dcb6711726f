package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
)

// print prints the case as a section with a table.
func (j *job) print(w io.Writer) {
	fmt.Fprintf(w, "## %s\n\n%s\n\n", j.Title, j.describe())
	columns := []string{"program", "seconds", "min–max", "× best peer", "× limit", "CPU s", "memory MB", "runs"}
	if j.RTT > 0 {
		columns = append(columns, "round trips")
	}
	fmt.Fprintf(w, "| %s |\n| --- |%s\n", strings.Join(columns, " | "), strings.Repeat(" ---: |", len(columns)-1))
	for _, r := range j.runners {
		fmt.Fprintf(w, "| %s |\n", strings.Join(j.row(r, len(columns)), " | "))
	}
	fmt.Fprintln(w)
	for _, r := range j.runners {
		if len(r.runs) > 0 && len(r.failed) > 0 {
			fmt.Fprintf(w, "%s: %d more failed: %s\n\n", r.name, len(r.failed), cell(r.failed[0].Error()))
		}
	}
}

// describe says what is fetched, in the sizes of this run.
func (j *job) describe() string {
	count := 0
	for _, messages := range j.want() {
		count += len(messages)
	}
	text := fmt.Sprintf("`%s`: %s to fetch", j.Name, plural(count, "message"))
	if count > 0 {
		text += ", " + humanize.Bytes(uint64(j.bytes))
	}
	text += ", from " + plural(j.Accounts, "account")
	if j.Seen {
		text += fmt.Sprintf("; %s known already", plural(j.Messages*j.Accounts, "message"))
	}
	text += "."
	if j.Accounts > 1 {
		text += fmt.Sprintf(" popfetch and the limit have %d accounts at a time, fdm all, the others one after the other.", j.Jobs)
	}
	if j.Note != "" {
		text += " " + j.Note
	}
	return text
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return humanize.Comma(int64(n)) + " " + what
}

// row is a program's line of the table. If no run went well it has no numbers.
func (j *job) row(r *runner, columns int) []string {
	cells := []string{r.name}
	if len(r.runs) == 0 {
		cells = append(cells, "failed: "+cell(errors.Join(r.failed[:1]...).Error()))
	} else {
		walls := each(r.runs, func(s sample) float64 { return s.Wall.Seconds() })
		wall := median(walls)
		cells = append(
			cells, number(wall), number(slices.Min(walls))+"–"+number(slices.Max(walls)),
			ratio(wall, j.bestPeer()), ratio(wall, j.limitTime()),
			number(median(each(r.runs, func(s sample) float64 { return s.CPU.Seconds() }))),
			number(median(each(r.runs, func(s sample) float64 { return float64(s.Peak) / 1e6 }))),
			fmt.Sprint(len(r.runs)),
		)
		if j.RTT > 0 {
			cells = append(cells, number(median(each(r.runs, func(s sample) float64 { return s.trips }))))
		}
	}
	for len(cells) < columns {
		cells = append(cells, "")
	}
	return cells
}

// bestPeer is the median of the fastest program that is neither popfetch nor the limit.
func (j *job) bestPeer() float64 {
	best := 0.0
	for _, r := range j.runners {
		if r.program != nil && r.name != "popfetch" && len(r.runs) > 0 {
			if wall := r.wall(); best == 0 || wall < best {
				best = wall
			}
		}
	}
	return best
}

func (j *job) limitTime() float64 {
	limit := j.runners[len(j.runners)-1]
	if len(limit.runs) == 0 {
		return 0
	}
	return limit.wall()
}

func (r *runner) wall() float64 {
	return median(each(r.runs, func(s sample) float64 { return s.Wall.Seconds() }))
}

func each(runs []sample, value func(sample) float64) (values []float64) {
	for _, s := range runs {
		values = append(values, value(s))
	}
	return values
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[middle-1] + sorted[middle]) / 2
	}
	return sorted[middle]
}

// ratio is empty where there is nothing to compare with.
func ratio(value, to float64) string {
	if to == 0 {
		return ""
	}
	return number(value / to)
}

// number has two or three digits that count.
func number(value float64) string {
	switch {
	case value == float64(int(value)) && value < 1000:
		return fmt.Sprintf("%.0f", value)
	case value < 10:
		return fmt.Sprintf("%.2f", value)
	case value < 100:
		return fmt.Sprintf("%.1f", value)
	default:
		return fmt.Sprintf("%.0f", value)
	}
}

// cell makes a text fit for a table.
func cell(text string) string {
	text = strings.NewReplacer("|", "/", "\n", " ").Replace(text)
	if runes := []rune(text); len(runes) > 160 {
		text = string(runes[:160]) + "…"
	}
	return text
}

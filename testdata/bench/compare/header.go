package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// printHeader says what was measured, when and on what. No name of a host, a user or a folder is
// among it.
func (b *bench) printHeader() {
	fmt.Fprintf(b.out, "# popfetch and its peers, side by side\n\n")
	if *scale != 1 {
		fmt.Fprintf(b.out, "**A trial at %g of the full size: not to be quoted.**\n\n", *scale)
	}
	fmt.Fprintf(b.out, "Measured by `testdata/bench/run` on %s; the README beside it tells how, and what the columns mean.\n\n",
		time.Now().UTC().Format(time.DateOnly))
	line := func(name, value string) { fmt.Fprintf(b.out, "* %s: %s\n", name, value) }
	line("machine", machine())
	line("system", field("/etc/os-release", "PRETTY_NAME=")+", Linux "+kernel()+"; load average at the start "+load())
	line("mail and state on", *disk)
	line("server", "Dovecot "+firstWord("dovecot", "--version")+", TLS, on loopback; "+runtime.Version())
	for _, p := range b.programs {
		version, err := p.Version()
		if err != nil {
			version = "not measured: " + err.Error()
		}
		if p.Name() == "popfetch" && *commit != "" {
			version += ", " + *commit
		}
		line(p.Name(), version)
	}
	line("rounds", fmt.Sprintf("%d; a program that took more than %v in a case is not run again there", *rounds, *budget))
	fmt.Fprintln(b.out)
}

func machine() string {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return "unknown"
	}
	gb := float64(uint64(info.Totalram)*uint64(info.Unit)) / (1 << 30)
	text := fmt.Sprintf("%d cores, %.0f GB of memory", runtime.NumCPU(), gb)
	if model := field("/proc/cpuinfo", "model name"); model != "" {
		text += ", " + strings.TrimLeft(model, "\t: ")
	}
	return text
}

func kernel() string {
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		return "unknown"
	}
	return unix.ByteSliceToString(name.Release[:])
}

// load warns a reader of numbers from a busy machine.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// field is the rest of the first line in a file that begins with a word.
func field(path, word string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), word); ok {
			return strings.Trim(rest, `"`)
		}
	}
	return ""
}

// firstWord is the beginning of what a command prints.
func firstWord(name string, args ...string) string {
	for _, path := range []string{name, "/usr/sbin/" + name} {
		if out, err := exec.Command(path, args...).Output(); err == nil {
			word, _, _ := strings.Cut(string(out), " ")
			return strings.TrimSpace(word)
		}
	}
	return "unknown"
}

package command_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A rule says which packages of ours a package may import, and why no others.
// A name that ends in "/..." stands for all packages below.
type rule struct {
	of      string
	may     []string
	because string
}

// rules are asked in order; the first that is of the package holds.
var rules = []rule{
	{"popfetch", []string{"command"}, "main only hands over"},
	{"command", []string{
		"command/browser", "command/line", "command/manual", "command/sandbox", "command/setup", "command/term", "command/watch",
		"config/...", "fetch", "fetch/auth", "fetch/dial", "fetch/match", "fetch/pop3", "fetch/pop3/pop3d", "fetch/rule",
		"packaging", "store", "store/durable", "store/hint", "store/ledger", "store/maildir", "store/mbox", "store/pipe", "store/lmtp",
		"store/shell", "store/trusted",
	}, "it wires all that a user gets, and nothing that is for tests only"},
	{"command/browser", nil, "it is told what to open, and why is nothing to it"},
	{"command/line", []string{"command/term", "config"}, "it reads what a person types, durations and mistyped words as the configuration does"},
	{"command/manual", []string{"command/line", "config", "packaging"}, "it has what help, configuration and packages say already from there"},
	{"command/sandbox", nil, "it takes rights away, whoever has them"},
	{"command/setup", []string{
		"command/line", "command/term", "config", "config/discover", "config/secret", "fetch/auth", "store", "store/durable", "store/shell", "store/trusted",
	}, "it finds, asks and writes; what takes the engine it is given as a function"},
	{"command/term", nil, "it shows what it is given, whatever that is about"},
	{"command/term/termtest", []string{"config/secret/ptytest"}, "a test's terminal has no code of what writes to it"},
	{"command/watch", []string{"command/term"}, "it knows when and how often, and not what"},
	{"packaging", nil, "it is files, and no code"},
	{"config/secret/conceal", nil, "it hides secrets, whoever has them and whoever repeats them"},
	{
		"config/...",
		[]string{"config/...", "fetch/rule", "store/shell", "store/trusted"},
		"what is wanted is said without knowing how it is done: in words that the engine shares, " +
			"and knowing whose files may be read and what a command that prints a password may see",
	},

	{
		"fetch",
		[]string{"config/secret/conceal", "fetch/auth", "fetch/dial", "fetch/match", "fetch/pop3", "fetch/rule", "store", "store/hint", "store/ledger"},
		"the engine drives any mailbox by its contract; it does know the ledger, of which a plan is made, and what nobody may see",
	},
	{"fetch/auth", []string{"fetch/pop3"}, "a mechanism speaks POP3 and nothing else"},
	{"fetch/auth/authtest", []string{"fetch/pop3/pop3d"}, "the other side of a mechanism has no code of ours"},
	{"fetch/dial", []string{"fetch/pop3", "store/hint"}, "it makes connections for POP3 and nothing else"},
	{"fetch/match", []string{"store/ledger"}, "it weighs evidence, and neither asks a server nor knows a rule"},
	{"fetch/rule", nil, "it is words, which the configuration knows, too"},
	{"fetch/pop3", []string{"config/secret/conceal"}, "the protocol knows no accounts, no files and no ledger, but hides what a server repeats"},
	{"fetch/pop3/pop3d/fault", []string{"fetch/pop3/pop3d"}, "it does to a session what any Intercept can, and the server knows nothing of it"},
	{"fetch/pop3/...", nil, "a test's server has no code of what it tests"},

	{"store", []string{"store/hint"}, "a contract depends on nobody who keeps it"},
	{"store/hint", nil, "it makes errors, whatever they are about"},
	{"store/trusted", nil, "it opens files, whatever they are"},
	{"store/durable", []string{"store/trusted"}, "it changes files, whatever they are"},
	{"store/ledger", []string{"store", "store/durable", "store/hint"}, "it is a file that is changed durably"},
	{"store/pipe", []string{"store", "store/durable", "store/handover", "store/hint", "store/shell"}, "a command gets what is handed over"},
	{"store/lmtp", []string{"store", "store/durable", "store/handover", "store/hint"}, "a server gets what is handed over"},
	{"store/shell", nil, "it runs commands, whatever they are for"},
	{"store/storetest/powerloss", []string{"store/durable"}, "it acts out crashes of any files"},
	{"store/storetest", []string{"store"}, "it reads a mailbox with no code of the package that wrote it"},
	{"store/mbox", []string{"store", "store/durable", "store/hint", "store/trusted"}, "it is a file that others may lay a hand on"},
	{"store/maildir", []string{"store", "store/durable", "store/hint"}, "it is folders that mail programs change, too"},
	{"store/...", []string{"store", "store/durable"}, "the kinds of mailbox don't know each other"},

	{
		"testdata/bench/...",
		[]string{"testdata/bench/...", "fetch/pop3/dovecottest", "fetch/pop3/pop3d/..."},
		"popfetch is measured as the program that people get, and has no code of ours on the scales",
	},
}

// A fence says where a module of somebody else may be imported, and why
// nowhere else.
type fence struct {
	module  string
	within  []string
	because string
}

var fences = []fence{
	{"github.com/urfave/cli/v2", []string{"command", "command/line", "command/manual"}, "flags end where the engine begins"},
	{"github.com/cheggaaa/pb/v3", []string{"command/term"}, "the rest says what there is to show"},
	{"github.com/coreos/go-systemd/v22", []string{"command/watch"}, "only what stays is a service"},
	{"github.com/landlock-lsm/go-landlock", []string{"command/sandbox"}, "the rest says what it needs, not how that is kept"},
	{"github.com/mattn/go-runewidth", []string{"command/term/..."}, "the rest doesn't know how wide text is"},
	{"github.com/dustin/go-humanize", []string{"command/term", "config", "testdata/bench/..."}, "sizes are for people there"},
	{"github.com/emersion/go-message", []string{"command"}, "the engine reads no header field by field"},
	{"golang.org/x/term", []string{"command/term", "config/secret"}, "only they talk to a terminal"},
	{"gopkg.in/yaml.v3", []string{"config"}, "it is archived, and will be replaced"},
	{"github.com/zalando/go-keyring", []string{"config/secret"}, "a keyring is one source of a secret among others"},
	{"golang.org/x/oauth2", []string{"config/oauth/..."}, "the engine is given a token"},
	{"github.com/emersion/go-sasl", []string{"fetch/auth", "fetch/pop3"}, "its Client is the seam between the two"},
	{"github.com/xdg-go/scram", []string{"fetch/auth/..."}, "it is one mechanism among others"},
	{"github.com/xdg-go/stringprep", []string{"fetch/auth"}, "it is SCRAM's idea of a password"},
	{"golang.org/x/net/idna", []string{"config", "config/discover", "fetch/dial"}, "names are read where they are written, and put into ASCII where they are looked up"},
	{"golang.org/x/net/dns", []string{"config/discover/discovertest"}, "only a test's name server speaks DNS itself"},
	{"golang.org/x/net", []string{"fetch/dial"}, "proxies are a matter of dialling"},
	{"github.com/emersion/go-smtp", []string{"store/lmtp"}, "the others deliver to files"},
	{"github.com/gofrs/flock", []string{"store/ledger", "config/oauth", "command"}, "an mbox is locked otherwise, by what mail programs use"},
	{"golang.org/x/sys", []string{
		"command/term/termtest", "config/secret/...", "store/durable", "store/mbox", "store/trusted", "testdata/bench/...",
	}, "only the echo, tests' terminals, syncs, locks, mounts and measuring need the system itself"},
}

// A goPackage is what go list tells of a package.
type goPackage struct {
	ImportPath, Dir         string
	GoFiles, IgnoredGoFiles []string
}

// listPackages lists the packages of the module, with those that "./..." passes by.
func listPackages(t *testing.T) (packages []goPackage) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Dir,GoFiles,IgnoredGoFiles", "./...", "./testdata/bench/...")
	cmd.Dir = ".."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	for in := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := in.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// sources are the files of the package for any system, tests left out.
func (p goPackage) sources() (paths []string) {
	for _, name := range slices.Concat(p.GoFiles, p.IgnoredGoFiles) {
		if !strings.HasSuffix(name, "_test.go") {
			paths = append(paths, filepath.Join(p.Dir, name))
		}
	}
	return paths
}

// name is the package's path within the module.
func (p goPackage) name() string { return strings.TrimPrefix(p.ImportPath, "popfetch/") }

// imports are what the package imports on any system.
func (p goPackage) imports(t *testing.T) (paths []string) {
	t.Helper()
	for _, source := range p.sources() {
		file, err := parser.ParseFile(token.NewFileSet(), source, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// matches reports whether the package is the one of that name or below it.
func matches(name, pattern string) bool {
	if above, ok := strings.CutSuffix(pattern, "/..."); ok {
		return name == above || strings.HasPrefix(name, above+"/")
	}
	return name == pattern
}

func matchesAny(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(name, p) })
}

// TestImports keeps the rules above.
func TestImports(t *testing.T) {
	for _, p := range listPackages(t) {
		if len(p.sources()) == 0 {
			continue // tests alone
		}
		i := slices.IndexFunc(rules, func(r rule) bool { return matches(p.name(), r.of) })
		if i < 0 {
			t.Errorf("%s has no rule in architecture_test.go: who may it import?", p.name())
			continue
		}
		for _, path := range p.imports(t) {
			first, _, _ := strings.Cut(path, "/")
			switch own, isOwn := strings.CutPrefix(path, "popfetch/"); {
			case isOwn && !matchesAny(own, rules[i].may):
				t.Errorf("%s may not import %s: %s", p.name(), own, rules[i].because)
			case strings.Contains(first, "."):
				checkFence(t, p.name(), path)
			}
		}
	}
}

func checkFence(t *testing.T, name, path string) {
	t.Helper()
	i := slices.IndexFunc(fences, func(f fence) bool { return matches(path, f.module+"/...") })
	if i < 0 {
		t.Errorf("%s imports %s, which has no fence in architecture_test.go: who may?", name, path)
	} else if !matchesAny(name, fences[i].within) {
		t.Errorf("%s may not import %s: %s", name, path, fences[i].because)
	}
}

// TestRulesHaveTeeth breaks some rules.
func TestRulesHaveTeeth(t *testing.T) {
	allowed := func(name, own string) bool {
		i := slices.IndexFunc(rules, func(r rule) bool { return matches(name, r.of) })
		return matchesAny(own, rules[i].may)
	}
	for _, forbidden := range [][2]string{
		{"popfetch", "fetch"},
		{"config", "fetch"},
		{"config/secret/conceal", "config/secret"},
		{"fetch/pop3", "config/secret"},
		{"config/secret", "store"},
		{"config", "store/maildir"},
		{"fetch", "store/maildir"},
		{"fetch", "fetch/pop3/pop3d"},
		{"fetch/pop3", "store"},
		{"command", "fetch/pop3/pop3d/fault"},
		{"fetch/pop3/pop3d", "fetch/pop3/pop3d/fault"},
		{"store/mbox", "store/maildir"},
		{"store/mbox", "store/ledger"},
		{"store", "store/durable"},
		{"store/handover", "store/pipe"},
		{"command", "store/storetest"},
		{"command", "command/term/termtest"},
		{"command/term", "config"},
		{"command/watch", "fetch"},
		{"command/setup", "fetch"},
		{"command/line", "config/secret"},
		{"testdata/bench/program", "fetch"},
	} {
		if allowed(forbidden[0], forbidden[1]) {
			t.Errorf("%s may import %s", forbidden[0], forbidden[1])
		}
	}
	for _, fine := range [][2]string{{"config/oauth", "config/secret"}, {"fetch", "store/ledger"}, {"store/pipe", "store/durable"}} {
		if !allowed(fine[0], fine[1]) {
			t.Errorf("%s may not import %s", fine[0], fine[1])
		}
	}
}

package command_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"popfetch/command"
	"popfetch/store/storetest"
)

// The stories are scripts of what a user does, in testdata/script; its README
// lists the commands that they have beside those of testscript. A story runs
// the real program, against a server that is nobody else's.
const stories = "../testdata/script"

func TestMain(m *testing.M) {
	// Most of a story is waiting: for a server, a lock, a pause.
	flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0)))
	testscript.Main(m, map[string]func(){"popfetch": popfetch, "visit": visit})
}

// popfetch is what main.go does. It has no terminal but the one that a story
// gives it, wherever the tests run.
func popfetch() {
	leaveTerminal()
	useNames()
	os.Exit(command.Main(command.WithSignals(context.Background()), os.Args))
}

// TestStory runs each story against pop3d and against a real Dovecot.
func TestStory(t *testing.T) {
	t.Parallel()
	t.Run("pop3d", func(t *testing.T) { tell(t, cast{dir: stories, serve: newPOP3D}) })
	t.Run("dovecot", func(t *testing.T) { tell(t, cast{dir: stories, serve: newDovecot, short: aboutServers}) })
}

// aboutServers are the stories whose outcome depends most on the server: logins, TLS, what is fetched and what
// is deleted. With -short they alone meet a real Dovecot.
var aboutServers = []string{"auth", "delete", "external", "sync_delete", "sync_tls"}

// TestStoryWithoutServer runs the stories that need no server.
func TestStoryWithoutServer(t *testing.T) {
	tell(t, cast{dir: filepath.Join(stories, "alone")})
}

// TestFaultStory runs the stories of a server that does wrong, or waits until
// it is told to go on.
func TestFaultStory(t *testing.T) {
	tell(t, cast{dir: filepath.Join(stories, "fault"), serve: newPOP3D})
}

// TestDovecotStory runs the stories that would tell nothing new of pop3d.
func TestDovecotStory(t *testing.T) {
	if testing.Short() {
		t.Skip("its messages are many")
	}
	tell(t, cast{dir: filepath.Join(stories, "dovecot"), serve: newDovecot})
}

// TestFoundStory runs the stories of a server that is found in DNS.
func TestFoundStory(t *testing.T) {
	tell(t, cast{dir: filepath.Join(stories, "found"), serve: newPOP3D})
}

// A cast is who plays in the stories of a folder.
type cast struct {
	dir   string
	serve func(testing.TB, offer) server // nil without a server
	bus   string                         // address of the session bus; empty without a keyring
	short []string                       // the stories that run with -short; nil for all
}

// params say which stories run.
func (c cast) params() testscript.Params {
	if !testing.Short() || c.short == nil {
		return testscript.Params{Dir: c.dir}
	}
	var files []string
	for _, name := range c.short {
		files = append(files, filepath.Join(c.dir, name+".txtar"))
	}
	return testscript.Params{Files: files}
}

// tell runs the stories.
func tell(t *testing.T, c cast) {
	t.Parallel() // the program is a process of its own
	commands := map[string]func(*testscript.TestScript, bool, []string){}
	for name, do := range map[string]func(*story, *testscript.TestScript, []string){
		"serve": (*story).serve, "user": (*story).user, "deliver": (*story).deliver,
		"served": (*story).served, "uids": (*story).uids, "stored": (*story).stored,
		"age": (*story).age, "envsubst": (*story).envsubst,
		"snapshot": (*story).snapshot, "unchanged": (*story).unchanged,
		"exits": (*story).exits, "signal": (*story).signal, "ended": (*story).ended,
		"fault": (*story).fault, "held": (*story).held, "release": (*story).release, "commands": (*story).commands,
		"provider": (*story).authority, "proxy": (*story).proxy, "names": (*story).names, "unissued": (*story).unissued,
		"lmtp": (*story).lmtp,
	} {
		commands[name] = scriptCommand(do)
	}
	params := c.params()
	params.WorkdirRoot = storetest.MemoryDir(t)
	params.RequireUniqueNames, params.Setup, params.Cmds, params.Condition = true, c.setUp, commands, installed
	testscript.Run(t, params)
}

// setUp gives a story a home of its own, and nothing of the person who runs
// the tests: no configuration, no keyring, no time zone.
func (c cast) setUp(env *testscript.Env) error {
	home := filepath.Join(env.WorkDir, "home")
	bus := c.bus
	if bus == "" {
		bus = "unix:path=" + filepath.Join(env.WorkDir, "no-bus")
	}
	env.Setenv("HOME", home)
	env.Setenv("TZ", "UTC")
	env.Setenv("DBUS_SESSION_BUS_ADDRESS", bus)
	// The race detector's pause at the end of each process would add up, and
	// its exit code be one of ours.
	env.Setenv("GORACE", "atexit_sleep_ms=10 exitcode=99 "+os.Getenv("GORACE"))
	env.Values[storyKey{}] = &story{
		t:     env.T().(testing.TB),
		start: func(o offer) server { return c.serve(env.T().(testing.TB), o) },
	}
	return os.MkdirAll(home, 0o700)
}

package command_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"

	"github.com/rogpeppe/go-internal/testscript"

	"popfetch/config/discover/discovertest"
)

// storyNames tells the program under test where the story's name server is.
const storyNames = "STORY_NAMES"

// names starts a name server with these records, which stand for all the world.
func (s *story) names(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 1, -1, "names RECORD…")
	ts.Setenv(storyNames, discovertest.StartDNS(s.t, args...).Address())
}

// useNames lets the program know the names that the story gives out, and no
// others, and no web.
func useNames() {
	address := os.Getenv(storyNames)
	if address == "" {
		return
	}
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", address)
	}}
	http.DefaultTransport = noWeb{}
}

type noWeb struct{}

func (noWeb) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("there is no web")
}

package discover

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	firstPage  = "autoconfig.example.org/mail/config-v1.1.xml"
	secondPage = "example.org/.well-known/autoconfig/mail/config-v1.1.xml"
	ispdbPage  = "autoconfig.thunderbird.net/v1.1/example.org"
)

var goodConfig = configOf(server{"pop.example.com", "995", "SSL", "%EMAILLOCALPART%"})

// TestAutoconfig finds a server at each place, with the page's own words about
// the login, and tells each place no more than it must know.
func TestAutoconfig(t *testing.T) {
	t.Parallel()
	const query = "?emailaddress=me%2Bpop%40example.org"
	tests := []struct {
		page, source string
		requests     []string
	}{
		{firstPage, "autoconfig at https://" + firstPage, []string{firstPage + query}},
		{secondPage, "autoconfig at https://" + secondPage, []string{secondPage + query}},
		{ispdbPage, "the Mozilla ISPDB at https://" + ispdbPage, []string{ispdbPage}},
	}
	for _, test := range tests {
		r := newRig(t)
		r.web.ServeText(test.page, goodConfig)
		got, err := find(t.Context(), "me+pop@example.org", r.options)
		want := Found{Host: "pop.example.com", Port: 995, Users: []string{"me+pop"}, Source: test.source}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", test.page, err, diff)
		}
		var requests []string
		for _, request := range r.web.Requests() {
			requests = append(requests, request.URL)
		}
		if diff := cmp.Diff(test.requests, requests); diff != "" {
			t.Error(diff)
		}
	}
}

func TestNoISPDB(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.web.ServeText(ispdbPage, goodConfig)
	r.options.Try, r.options.NoISPDB = nil, true
	got, err := find(t.Context(), "me@example.org", r.options)
	if missing, ok := errors.AsType[*NotFoundError](err); !ok || len(missing.Failures) > 0 || len(r.web.Requests()) > 0 {
		t.Errorf("%+v, %v, %v", got, err, r.web.Requests())
	}
}

// TestRedirect follows to another host, which doesn't learn the address.
func TestRedirect(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.web.RedirectPage(firstPage, "https://hoster.example/a")
	r.web.RedirectPage("hoster.example/a", "https://hoster.example/b")
	r.web.RedirectPage("hoster.example/b", "https://hoster.example/c")
	r.web.ServeText("hoster.example/c", goodConfig)
	got, err := find(t.Context(), "me@example.org", r.options)
	if err != nil || got.Host != "pop.example.com" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, request := range r.web.Requests()[1:] {
		if text := fmt.Sprint(request); strings.Contains(text, "emailaddress") {
			t.Errorf("told %s", text)
		}
	}
}

// TestBadPages has answers that aren't taken, and what is said of them. The
// address isn't said.
func TestBadPages(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		serve func(*rig)
		want  string
	}{
		{"not there", func(r *rig) { r.web.ServeText("autoconfig.example.org/", goodConfig) }, ""},
		{"redirect to http", func(r *rig) { r.web.RedirectPage(firstPage, "http://"+firstPage) }, "the answer leads to a page without TLS"},
		{"redirect to a file", func(r *rig) { r.web.RedirectPage(firstPage, "file:///etc/passwd") }, "the answer leads to a page without TLS"},
		{"redirects for ever", func(r *rig) { r.web.RedirectPage(firstPage, "https://"+firstPage) }, "the answer leads on more than 3 times"},
		{"certificate of another", func(r *rig) {
			r.web.ServeText(firstPage, goodConfig)
			r.web.DistrustHost("autoconfig.example.org")
		}, "certificate is valid for other.example, not autoconfig.example.org"},
		{"not XML", func(r *rig) { r.web.ServeText(firstPage, "<html>canary<br>") }, "the answer isn't an autoconfiguration"},
		{
			"too long",
			func(r *rig) { r.web.ServeText(firstPage, goodConfig+strings.Repeat(" ", maxBody)) },
			"the answer has more than 64 KB",
		},
		{"without an end", func(r *rig) { r.web.HandlePage(firstPage, forEver) }, "the answer has more than 64 KB"},
		{"broken", func(r *rig) { r.web.HandlePage(firstPage, status(http.StatusBadGateway)) }, "the answer is HTTP status 502 Bad Gateway"},
		{"half", func(r *rig) { r.web.HandlePage(firstPage, cutShort) }, "unexpected EOF"},
		{"not HTTP", func(r *rig) { r.web.HandlePage(firstPage, notHTTP) }, "the answer isn't HTTP"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			test.serve(r)
			r.options.Try = nil
			_, err := find(t.Context(), "canary-me@example.org", r.options)
			missing, ok := errors.AsType[*NotFoundError](err)
			switch {
			case !ok || strings.Contains(err.Error(), "canary"):
				t.Error(err)
			case test.want == "" && len(missing.Failures) == 0:
			case len(missing.Failures) != 1 || !strings.Contains(missing.Failures[0].Err.Error(), test.want) ||
				missing.Failures[0].What != "autoconfig at https://"+firstPage:
				t.Errorf("%+v", missing.Failures)
			}
		})
	}
}

// TestSilentPage gives up a server that says nothing, or only begins to, and
// asks the next.
func TestSilentPage(t *testing.T) {
	t.Parallel()
	for name, page := range map[string]http.HandlerFunc{
		"nothing": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"begins": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "<clientConfig>")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.options.Timeout = time.Second
			r.web.HandlePage(firstPage, page)
			r.web.ServeText(secondPage, goodConfig)
			got, err := find(t.Context(), "me@example.org", r.options)
			if err != nil || got.Source != "autoconfig at https://"+secondPage {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func forEver(w http.ResponseWriter, _ *http.Request) {
	for {
		if _, err := io.WriteString(w, strings.Repeat("<clientConfig>", 1000)); err != nil {
			return
		}
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func cutShort(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, goodConfig[:100])
}

func notHTTP(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	defer func(conn net.Conn) { _ = conn.Close() }(conn)
	_, _ = io.WriteString(conn, "+OK canary\r\n\r\n")
}

package command_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestProxyStory runs the stories of a real SOCKS5 proxy. POPFETCH_INTEROP=required
// makes it an error that none is installed.
func TestProxyStory(t *testing.T) {
	_, err := exec.LookPath("microsocks")
	switch {
	case err != nil && os.Getenv("POPFETCH_INTEROP") == "required":
		t.Fatal(err)
	case err != nil:
		t.Skip(err)
	}
	tell(t, cast{dir: filepath.Join(stories, "proxy"), serve: newPOP3D})
}

// proxy starts a SOCKS5 proxy that lets in one user. PROXY is where it is.
func (s *story) proxy(ts *testscript.TestScript, args []string) {
	wantArgs(ts, args, 2, 2, "proxy USER PASSWORD")
	free, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	address := free.Addr().String()
	_, port, err := net.SplitHostPort(address)
	ts.Check(err)
	ts.Check(free.Close())
	proxy := exec.Command("microsocks", "-i", "127.0.0.1", "-p", port, "-u", args[0], "-P", args[1])
	ts.Check(proxy.Start())
	s.t.Cleanup(func() {
		proxy.Process.Kill()
		proxy.Wait()
	})
	ts.Setenv("PROXY", address)
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			ts.Check(conn.Close())
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("the proxy doesn't begin: %v", err)
		}
	}
}
